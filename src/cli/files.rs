//! Reading and writing files, whatever their form.

use super::Failure;
use crate::io::formats::vroom;
use crate::io::{csv, formats};
use crate::model::{Defect, Plan, Problem, Scenario, parse_plan, parse_scenario, validate};
use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Most bytes that one input may have once unpacked.
const MAX_BYTES: u64 = 2 << 30;

/// The text of a file, of a gzip file, or of standard input for `-`.
pub(super) fn read_text(path: &Path) -> Result<String, Failure> {
    let fail = |error: std::io::Error| Failure::Usage(format!("{}: {error}", path.display()));
    let input: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        let file = fs::File::open(path).map_err(fail)?;
        if path.extension().is_some_and(|extension| extension == "gz") {
            Box::new(GzDecoder::new(file))
        } else {
            Box::new(file)
        }
    };
    let mut bytes = Vec::new();
    let read = input.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(fail)?;
    if read as u64 > MAX_BYTES {
        return Err(Failure::Invalid(format!("{}: more than {MAX_BYTES} bytes", path.display())));
    }
    String::from_utf8(bytes).map_err(|error| Failure::Invalid(format!("{}: is not UTF-8: {error}", path.display())))
}

/// Writes a file, or to standard output for `-`; the text ends with a line end.
pub(super) fn write_text(path: &Path, text: &str) -> Result<(), Failure> {
    if path.as_os_str() == "-" {
        super::say(text.trim_end());
        return Ok(());
    }
    fs::write(path, text).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
}

/// Writes several files into a folder, which is made when it is missing.
pub(super) fn write_folder(folder: &Path, files: &BTreeMap<String, String>) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::Usage(format!("{}: {error}", folder.display())))?;
    files.iter().try_for_each(|(name, text)| write_text(&folder.join(name), text))
}

/// The file's name without folder and `.gz`.
pub(super) fn file_name(path: &Path) -> String {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    name.strip_suffix(".gz").map_or(name.clone(), str::to_owned)
}

/// A scenario as it was handed in.
pub(super) struct Input {
    pub(super) scenario: Scenario,
    /// The problem of VROOM that it comes from, whose form the answer may take.
    pub(super) vroom: Option<vroom::Problem>,
}

/// A scenario from JSON, a published format, or a folder of CSV files.
pub(super) fn read_scenario(path: &Path) -> Result<Scenario, Failure> {
    read_input(path).map(|input| input.scenario)
}

/// The same, with what it comes from.
pub(super) fn read_input(path: &Path) -> Result<Input, Failure> {
    if path.is_dir() {
        return read_folder(path);
    }
    input_from(path, &read_text(path)?)
}

/// A scenario from a folder of CSV files.
fn read_folder(path: &Path) -> Result<Input, Failure> {
    let entries = fs::read_dir(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    let mut within: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    within.sort();
    let of_kind = |kind| within.iter().filter(move |file| file.extension().is_some_and(|extension| extension == kind));
    let mut files = BTreeMap::new();
    for file in of_kind("csv") {
        files.insert(file.file_name().unwrap_or_default().to_string_lossy().into_owned(), read_text(file)?);
    }
    if files.is_empty() {
        let others: Vec<String> = of_kind("json").map(|file| file.display().to_string()).collect();
        let meant = if others.is_empty() { String::new() } else { format!("; did you mean {}?", others.join(" or ")) };
        return Err(Failure::Usage(format!("{}: no CSV files in this folder{meant}", path.display())));
    }
    let scenario = csv::read(&files).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Failure::Invalid(format!("{}: {} defects\n{}", path.display(), lines.len(), lines.join("\n")))
    })?;
    Ok(Input { scenario, vroom: None })
}

/// A scenario from the text of a file of that name.
pub(super) fn input_from(path: &Path, text: &str) -> Result<Input, Failure> {
    let name = file_name(path);
    let is_json = name.ends_with(".json") || text.trim_start().starts_with(['{', '[']);
    if vroom::recognizes(text) {
        let problem = vroom::read(text).map_err(|defects| invalid(path, &defects))?;
        let mut scenario = vroom::scenario(&problem).map_err(|defects| invalid(path, &defects))?;
        scenario.name = name.strip_suffix(".json").unwrap_or(&name).to_owned();
        return Ok(Input { scenario, vroom: Some(problem) });
    }
    let scenario = if is_json && !formats::recognizes(text) {
        parse_scenario(text).map_err(|defects| invalid(path, &defects))?
    } else {
        formats::read(&name, text).map_err(|error| Failure::Invalid(format!("{}: {error}", path.display())))?
    };
    Ok(Input { scenario, vroom: None })
}

/// A scenario, validated.
pub(super) fn validated(path: &Path, scenario: Scenario) -> Result<Problem, Failure> {
    validate(scenario).map_err(|defects| invalid(path, &defects))
}

/// A plan from JSON.
pub(super) fn read_plan(path: &Path) -> Result<Plan, Failure> {
    parse_plan(&read_text(path)?).map_err(|defects| invalid(path, &defects))
}

/// The failure of a document with defects.
pub(super) fn invalid(path: &Path, defects: &[Defect]) -> Failure {
    let count = if defects.len() == 1 { "1 defect".to_owned() } else { format!("{} defects", defects.len()) };
    let mut text = format!("{}: {count}", path.display());
    for defect in defects {
        let pointer = if defect.pointer.is_empty() { "(document)" } else { &defect.pointer };
        text.push_str(&format!("\n  {pointer}: {} [{}]", defect.detail, defect.code));
        if !defect.hint.is_empty() {
            text.push_str(&format!("\n      {}", defect.hint));
        }
    }
    Failure::Invalid(text)
}
