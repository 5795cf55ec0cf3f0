//! The README's commands and scenario, as a reader would try them.

use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../../README.md");

/// The lines of the fenced blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    README.split(&fence).skip(1).filter_map(|rest| rest.split("```").next()).map(str::to_owned).collect()
}

/// The same command with a moment to search for: whether it works does not take longer.
fn brief(command: &str) -> String {
    let mut words: Vec<&str> = command.split_whitespace().collect();
    match words.iter().position(|word| *word == "--time") {
        Some(time) => words[time + 1] = "3s",
        None if words[0] == "solve" => words.extend(["--time", "3s"]),
        None => {}
    }
    words.join(" ")
}

#[test]
fn commands_of_the_readme_work() {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let datasets = root.join("datasets").to_string_lossy().into_owned();
    let commands: Vec<String> =
        blocks("sh").iter().flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    let mut n_tried = 0;
    for line in commands.iter().filter_map(|line| line.strip_prefix("hubroute ")) {
        let args =
            brief(line).split_whitespace().map(|word| word.replacen("datasets", &datasets, 1)).collect::<Vec<_>>();
        let output = Command::new(env!("CARGO_BIN_EXE_hubroute")).args(args).current_dir(&folder).output().unwrap();
        assert!(output.status.success(), "hubroute {line}: {}", String::from_utf8_lossy(&output.stderr));
        n_tried += 1;
    }
    assert!(n_tried >= 6, "the README shows only {n_tried} commands");
}

#[test]
fn first_command_of_the_readme_ends_at_its_gap() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_hubroute")).arg("solve").current_dir(&folder).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && told.contains("stops once the gap is at most 0.1 %"), "{told}");
    assert!(!told.contains("time limit"), "{told}");
    assert!(folder.path().join("shanxi.plan.html").exists(), "no report was written");
}

#[test]
fn scenario_of_the_readme_is_valid() {
    for text in blocks("json") {
        let scenario = hubroute::model::parse_scenario(&text).unwrap();
        hubroute::model::validate(scenario).unwrap();
    }
}
