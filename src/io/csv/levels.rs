//! The levels of all sites in a file of their own: in a scenario they stand in their sites.

use super::CsvError;
use super::columns::LEVELS;
use serde_json::{Map, Value};

/// Name of the column with the id of the site.
const SITE: &str = "site";

/// Moves the rows of the file, with their lines, into the sites that they name.
pub(super) fn nest(rows: Vec<(u64, Value)>, document: &mut Value, errors: &mut Vec<CsvError>) {
    for (line, mut row) in rows {
        let Some(id) = row.as_object_mut().and_then(|row| row.remove(SITE)) else { continue };
        let sites = document.get_mut("sites").and_then(Value::as_array_mut);
        let site = sites.and_then(|sites| sites.iter_mut().find(|site| site.get("id") == Some(&id)));
        match site.and_then(Value::as_object_mut) {
            Some(site) => {
                let levels = site.entry("levels").or_insert_with(|| Value::Array(Vec::new()));
                levels.as_array_mut().expect("nothing else makes levels").push(row);
            }
            None => {
                let (file, column) = (LEVELS.file.to_owned(), SITE.to_owned());
                let detail = format!("{id} is no id of sites");
                errors.push(CsvError { file, line, column, code: "unknown_site", detail });
            }
        }
    }
}

/// The levels of all sites of a document as rows of the file.
pub(super) fn flatten(document: &Value) -> Vec<Value> {
    let sites = document.get("sites").and_then(Value::as_array).into_iter().flatten();
    let of_site = |site: &Value| {
        let levels = site.get("levels").and_then(Value::as_array).cloned().unwrap_or_default();
        let id = site.get("id").cloned().unwrap_or_default();
        levels.into_iter().map(move |level| {
            let mut row = level.as_object().cloned().unwrap_or_else(Map::new);
            row.insert(SITE.to_owned(), id.clone());
            Value::Object(row)
        })
    };
    sites.flat_map(of_site).collect()
}
