//! From text to documents, with every misspelled field and wrong type at once.
//!
//! The text is read straight into the document. Only if that fails, it is read as plain JSON and the elements of each
//! list are tried one by one: what is wrong in one is noted and taken out, until the rest can be read. Where only such
//! elements were wrong, the rest of a scenario is checked against all rules, too.

use super::carrier::Carrier;
use super::defect::{Defect, Defects, escape};
use super::dock::Dock;
use super::group::Group;
use super::insertion::NewOrder;
use super::nearest::nearest;
use super::plan::Plan;
use super::scenario::{Demand, Location, Lock, Order, Product, Scenario, Shipment, Site, Supply, Vehicle};
use super::stock::Stock;
use super::strict::Strict;
use super::validate;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};
use std::collections::BTreeSet;

/// The scenario in `text`: JSON without byte order mark, nothing after it.
///
/// # Errors
///
/// All defects of form: `not_json`, `unknown_field`, `missing_field`, `wrong_type`, `unknown_value` and the like. Where
/// there are any, those that [`validate`] finds in the elements without one follow.
pub fn parse_scenario(text: &str) -> Result<Scenario, Vec<Defect>> {
    read(text).map_err(|_| {
        let (mut defects, rest) = diagnose::<Scenario>(text, &LISTS);
        // What is in no element may be behind anything that a rule finds.
        let named: Option<BTreeSet<String>> =
            defects.iter().map(|defect| element_of(&defect.pointer).map(str::to_owned)).collect();
        if let (Some(named), Some(Err(others))) = (named, rest.map(validate)) {
            let is_new = |other: &Defect| element_of(&other.pointer).is_none_or(|element| !named.contains(element));
            defects.extend(others.into_iter().filter(is_new));
        }
        defects
    })
}

/// The pointer to the element of a list at the top that a pointer leads into; `None` where it leads elsewhere.
fn element_of(pointer: &str) -> Option<&str> {
    pointer.split('/').nth(2)?.parse::<usize>().ok()?;
    let end = pointer.match_indices('/').nth(2).map_or(pointer.len(), |(at, _)| at);
    Some(&pointer[..end])
}

/// A document of another form in `text`; the elements of `lists` are diagnosed one by one.
pub(crate) fn parse_lists<T: DeserializeOwned>(text: &str, lists: &[(&str, ListCheck)]) -> Result<T, Vec<Defect>> {
    read(text).map_err(|_| diagnose::<T>(text, lists).0)
}

/// The whole of `text` as a `T`.
fn read<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let document = T::deserialize(Strict(&mut deserializer))?;
    deserializer.end()?;
    Ok(document)
}

/// The new order in `text`, likewise.
///
/// # Errors
///
/// All defects of form.
pub fn parse_new_order(text: &str) -> Result<NewOrder, Vec<Defect>> {
    parse_lists(text, &[])
}

/// The plan in `text`, likewise.
///
/// # Errors
///
/// The first defect of form.
pub fn parse_plan(text: &str) -> Result<Plan, Vec<Defect>> {
    match read(text) {
        Ok(plan) => Ok(plan),
        Err(_) => Err(plain_json(text).map_or_else(|defect| vec![defect], |_| first_defect::<Plan>(text))),
    }
}

/// Notes what is wrong with the elements of a list, and takes it out. Whether all of them can be read then.
pub(crate) type ListCheck = fn(&mut Value, &str, &mut Defects) -> bool;

/// The lists of a scenario, and how one of their elements is checked.
const LISTS: [(&str, ListCheck); 13] = [
    ("locations", elements::<Location>),
    ("products", elements::<Product>),
    ("supplies", elements::<Supply>),
    ("sites", elements::<Site>),
    ("demands", elements::<Demand>),
    ("vehicles", elements::<Vehicle>),
    ("orders", elements::<Order>),
    ("shipments", elements::<Shipment>),
    ("carriers", elements::<Carrier>),
    ("docks", elements::<Dock>),
    ("stocks", elements::<Stock>),
    ("groups", elements::<Group>),
    ("locks", elements::<Lock>),
];

/// What is wrong, and the rest where it can be read without that.
fn diagnose<T: DeserializeOwned>(text: &str, lists: &[(&str, ListCheck)]) -> (Vec<Defect>, Option<T>) {
    let mut document = match plain_json(text) {
        Ok(document) => document,
        Err(defect) => return (vec![defect], None),
    };
    let mut defects = Defects::default();
    let mut is_whole = true;
    for (field, check) in lists {
        if let Some(list @ Value::Array(_)) = document.get_mut(*field) {
            is_whole &= check(list, &format!("/{field}"), &mut defects);
        }
    }
    let rest = element::<T>(&mut document, "", &mut defects).filter(|_| is_whole);
    // A field given twice is no longer seen in the plain document.
    if defects.is_empty() { (first_defect::<T>(text), None) } else { (defects.into_list(), rest) }
}

fn plain_json(text: &str) -> Result<Value, Defect> {
    let defect = |code, detail, hint: &str| Defect { pointer: String::new(), code, detail, hint: hint.to_owned() };
    if text.starts_with('\u{feff}') {
        let detail = "the text begins with a byte order mark".to_owned();
        return Err(defect("byte_order_mark", detail, "save it as UTF-8 without byte order mark"));
    }
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let message = error.to_string();
        let message = message.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&message).to_owned();
        defect("not_json", format!("{message} at line {line}, column {column}"), "the text must be one JSON document")
    })
}

/// The first defect of a text that is JSON but no `T`.
fn first_defect<T: DeserializeOwned>(text: &str) -> Vec<Defect> {
    let mut defects = Defects::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    if let Err(error) = serde_path_to_error::deserialize::<_, T>(Strict(&mut deserializer)) {
        let message = error.inner().to_string();
        let end = message.rfind(" at line ").unwrap_or(message.len());
        Mistake::new(error.path(), &message[..end]).report("", &mut defects);
    }
    defects.into_list()
}

/// Checks each element of a list, and takes out what is wrong; an element that cannot be read even so leaves the list.
pub(crate) fn elements<T: DeserializeOwned>(list: &mut Value, pointer: &str, defects: &mut Defects) -> bool {
    let Value::Array(items) = list else { return false };
    let (n_items, mut row) = (items.len(), 0);
    items.retain_mut(|item| {
        let pointer = format!("{pointer}/{row}");
        row += 1;
        element::<T>(item, &pointer, defects).is_some()
    });
    items.len() == n_items
}

/// Notes everything in `value` that keeps it from being a `T`, taking out each mistake to find the next. What can be read
/// in the end, if anything.
fn element<T: DeserializeOwned>(value: &mut Value, pointer: &str, defects: &mut Defects) -> Option<T> {
    let mut taken: Vec<String> = Vec::new();
    while !defects.is_full() {
        let error = match serde_path_to_error::deserialize::<_, T>(Strict(&*value)) {
            Ok(read) => return Some(read),
            Err(error) => error,
        };
        let mistake = Mistake::new(error.path(), &error.inner().to_string());
        // A field that was taken out is not missing.
        if mistake.kind == MistakeKind::MissingField && taken.contains(&mistake.field_pointer()) {
            return None;
        }
        mistake.report(pointer, defects);
        taken.push(mistake.take_out(value)?);
    }
    None
}

/// What kind of mistake serde found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MistakeKind {
    UnknownField,
    MissingField,
    DuplicateField,
    UnknownVariant,
    Time,
    Other,
}

/// One mistake, taken apart from serde's words for it.
struct Mistake {
    kind: MistakeKind,
    /// Steps to the object or value it is in.
    steps: Vec<String>,
    message: String,
    /// The names in backticks: what was found, then what is known.
    names: Vec<String>,
}

impl Mistake {
    fn new(path: &Path, message: &str) -> Self {
        let names: Vec<String> = message.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        let kind = match message {
            _ if message.starts_with("unknown field") => MistakeKind::UnknownField,
            _ if message.starts_with("missing field") => MistakeKind::MissingField,
            _ if message.starts_with("duplicate field") => MistakeKind::DuplicateField,
            _ if message.starts_with("unknown variant") => MistakeKind::UnknownVariant,
            _ if message.contains("is no time") => MistakeKind::Time,
            _ => MistakeKind::Other,
        };
        let mut steps: Vec<String> = path
            .iter()
            .filter_map(|segment| match segment {
                Segment::Seq { index } => Some(index.to_string()),
                Segment::Map { key } => Some(key.clone()),
                Segment::Enum { .. } | Segment::Unknown => None,
            })
            .collect();
        // For fields the place is the object; some paths already name the field.
        let is_about_field =
            matches!(kind, MistakeKind::UnknownField | MistakeKind::MissingField | MistakeKind::DuplicateField);
        if is_about_field && steps.last() == names.first() && !steps.is_empty() {
            steps.pop();
        }
        Self { kind, steps, message: message.to_owned(), names }
    }

    fn pointer(&self) -> String {
        self.steps.iter().map(|step| format!("/{}", escape(step))).collect()
    }

    /// The pointer to the field that the mistake is about.
    fn field_pointer(&self) -> String {
        let field = self.names.first().map(|name| escape(name)).unwrap_or_default();
        format!("{}/{field}", self.pointer())
    }

    fn report(&self, base: &str, defects: &mut Defects) {
        let found = self.names.first().map(String::as_str).unwrap_or_default();
        let known = || self.names.iter().skip(1).map(String::as_str);
        let pointer = format!("{base}{}", self.pointer());
        let suggestion = || match nearest(found, known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}", known().collect::<Vec<_>>().join(", ")),
        };
        match self.kind {
            MistakeKind::UnknownField => {
                let pointer = format!("{base}{}", self.field_pointer());
                defects.add(pointer, "unknown_field", format!("no field is called `{found}`"), &suggestion());
            }
            MistakeKind::MissingField => {
                defects.add(pointer, "missing_field", format!("the field `{found}` is missing"), "");
            }
            MistakeKind::DuplicateField => {
                defects.add(pointer, "duplicate_field", format!("the field `{found}` is given twice"), "keep one");
            }
            MistakeKind::UnknownVariant => {
                let code = if pointer == "/kind" { "unknown_kind" } else { "unknown_value" };
                let allowed = known().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                defects.add(pointer, code, format!("found `{found}`, allowed are {allowed}"), &suggestion());
            }
            MistakeKind::Time => defects.add(pointer, "not_a_time", self.message.clone(), ""),
            MistakeKind::Other => defects.add(pointer, "wrong_type", in_words(&self.message), ""),
        }
    }

    /// Removes what is wrong from `value`: the field, or the field that holds the wrong value. Its pointer, or `None`
    /// if nothing can be removed.
    fn take_out(&self, value: &mut Value) -> Option<String> {
        let mut steps = self.steps.clone();
        match self.kind {
            MistakeKind::MissingField | MistakeKind::DuplicateField => return None,
            MistakeKind::UnknownField => steps.push(self.names.first()?.clone()),
            MistakeKind::UnknownVariant | MistakeKind::Time | MistakeKind::Other => {}
        }
        while let Some(field) = steps.pop() {
            let parent: String = steps.iter().map(|step| format!("/{}", escape(step))).collect();
            if let Some(Value::Object(fields)) = value.pointer_mut(&parent)
                && fields.shift_remove(&field).is_some()
            {
                return Some(format!("{parent}/{}", escape(&field)));
            }
        }
        None
    }
}

/// serde's message with types as users know them.
fn in_words(message: &str) -> String {
    let Some((found, expected)) = message.rsplit_once(", expected ") else { return message.to_owned() };
    let expected = match expected {
        "f64" => "a number",
        "u32" | "u64" | "i64" => "a whole number, not negative",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        other if other.starts_with("struct ") => "an object",
        other => other,
    };
    let found = found.strip_prefix("invalid type: ").or_else(|| found.strip_prefix("invalid value: ")).unwrap_or(found);
    let found = match found {
        "sequence" => "a list",
        "map" => "an object",
        other => other,
    };
    format!("found {found}, expected {expected}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"kind": "routing", "version": 1, "locations": [{"id": "a", "at": [1, 2]}],
        "vehicles": [{"id": "v", "start": "a"}],
        "orders": [{"id": "o", "location": "a", "windows": [["08:00", "09:00"]]}]}"#;

    /// Defects of `GOOD` with `from` replaced by `to`, as (pointer, code).
    fn check(from: &str, to: &str, expected: &[(&str, &str)]) {
        assert!(GOOD.contains(from), "{from} is not in the scenario");
        let defects = parse_scenario(&GOOD.replacen(from, to, 1)).unwrap_err();
        let found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
        assert_eq!(found, expected, "{defects:?}");
    }

    #[test]
    fn good_scenarios_are_read() {
        assert_eq!(parse_scenario(GOOD).unwrap().orders.len(), 1);
    }

    #[test]
    fn each_mistake_has_its_place_and_code() {
        check("[{\"id\": \"a\"", "[{\"id\": \"a\",", &[("", "not_json")]);
        check("}]}", "}]} {}", &[("", "not_json")]);
        check("{\"kind\"", "\u{feff}{\"kind\"", &[("", "byte_order_mark")]);
        check("\"routing\"", "\"netwerk\"", &[("/kind", "unknown_kind")]);
        check("\"kind\": \"routing\", ", "", &[("", "missing_field")]);
        check("\"version\": 1", "\"version\": \"1\"", &[("/version", "wrong_type")]);
        check("\"version\": 1", "\"version\": 1, \"version\": 1", &[("", "duplicate_field")]);
        check("\"start\": \"a\"", "\"start\": \"a\", \"kapacity\": 3", &[("/vehicles/0/kapacity", "unknown_field")]);
        check("\"start\": \"a\"", "\"start\": 7", &[("/vehicles/0/start", "wrong_type")]);
        check("\"id\": \"v\", ", "", &[("/vehicles/0", "missing_field")]);
        check("\"08:00\"", "\"noon\"", &[("/orders/0/windows/0/0", "not_a_time")]);
        check("[1, 2]", "[1, 2, 3]", &[("/locations/0/at", "wrong_type")]);
        check("{\"id\": \"v\", \"start\": \"a\"}", "[\"v\", \"a\"]", &[("/vehicles/0", "wrong_type")]);
        check("\"version\": 1", "\"version\": 1, \"travel\": [\"matrix\"]", &[("/travel", "wrong_type")]);
        check("\"version\": 1", "\"version\": 1, \"travel\": []", &[("/travel", "wrong_type")]);
        check("\"routing\"", "{\"routing\": null}", &[("/kind", "wrong_type")]);
        check(
            "\"version\": 1",
            "\"version\": 1, \"travel\": {\"metric\": \"osrm\"}",
            &[("/travel/metric", "unknown_value")],
        );
        check(
            "\"orders\": [",
            "\"orders\": 5, \"shipments\": [",
            &[
                ("/shipments/0/location", "unknown_field"),
                ("/shipments/0/windows", "unknown_field"),
                ("/shipments/0", "missing_field"),
                ("/orders", "wrong_type"),
            ],
        );
        check(
            "[{\"id\": \"a\"",
            "[4, {\"id\": \"a\", \"x/y\": 1",
            &[("/locations/0", "wrong_type"), ("/locations/1/x~1y", "unknown_field")],
        );
    }

    #[test]
    fn mistakes_in_several_entries_are_found_at_once() {
        let text = GOOD
            .replace("\"start\": \"a\"", "\"strat\": \"a\"")
            .replace("\"location\": \"a\"", "\"locaton\": \"a\", \"service\": \"long\"")
            .replace("\"version\": 1", "\"version\": 1, \"sitesmax\": 3");
        let defects = parse_scenario(&text).unwrap_err();
        let found: Vec<String> = defects.iter().map(|defect| format!("{} {}", defect.pointer, defect.hint)).collect();
        assert_eq!(
            found,
            [
                "/vehicles/0/strat did you mean `start`?",
                "/orders/0/locaton did you mean `location`?",
                "/orders/0/service `hubroute schema scenario` describes the field",
                "/orders/0 add it",
                "/sitesmax did you mean `sites_max`?",
            ]
        );
    }

    #[test]
    fn rules_are_checked_beside_mistakes_of_form() {
        let found = |text: &str| -> Vec<String> {
            let defects = parse_scenario(text).unwrap_err();
            defects.iter().map(|defect| format!("{} {}", defect.pointer, defect.code)).collect()
        };
        // The order may be missing its place because of the mistake in it, the second one is wrong by itself.
        let orders = r#"{"id": "o", "location": "a", "service": "long"}, {"id": "p", "location": "nowhere"},"#;
        let two = GOOD.replace("\"orders\": [", &format!("\"orders\": [{orders}"));
        assert_eq!(
            found(&two),
            ["/orders/0/service wrong_type", "/orders/2/id duplicate_id", "/orders/1/location unknown_location"]
        );
        // Who stands at a location that cannot be read is not to blame.
        let gone = two.replace("{\"id\": \"a\"", "{\"name\": \"a\"");
        assert!(found(&gone).iter().all(|defect| !defect.contains("unknown_location")), "{:?}", found(&gone));
        // Nor is anybody where the mistake is in no element: places in meters are no degrees, but that is not what is wrong.
        let metric = two
            .replace("\"version\": 1", "\"version\": 1, \"travel\": {\"metric\": \"euclid\"}")
            .replace("[1, 2]", "[1000, 2000]");
        assert_eq!(found(&metric), ["/orders/0/service wrong_type", "/travel/metric unknown_value"]);
        // Nor where a whole list is misspelled.
        let list = two.replace("\"locations\"", "\"location\"");
        assert!(found(&list).iter().all(|defect| !defect.contains("unknown_location")), "{:?}", found(&list));
    }

    #[test]
    fn deep_nesting_is_refused() {
        let text = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(parse_scenario(&text).unwrap_err()[0].code, "not_json");
        assert_eq!(parse_plan("{\"kind\": 5}").unwrap_err()[0].code, "wrong_type");
    }
}
