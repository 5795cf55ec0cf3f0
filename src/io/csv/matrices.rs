//! Matrices of a scenario: a file each, ids in the first row and column.

use super::read::{Records, meant, records, set};
use super::{CsvError, cells};
use crate::model::Scenario;
use csv::StringRecord;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// One matrix: its file, where it stands in the scenario, and the lists that name its rows and columns.
struct Matrix {
    file: &'static str,
    path: &'static [&'static str],
    rows: &'static str,
    columns: &'static str,
}

/// Matrices by product: a column before the others says which it is for.
const BY_PRODUCT: &[Matrix] = &[
    Matrix {
        file: "inbound_product_unit_costs.csv",
        path: &["lanes", "inbound", "product_unit_costs"],
        rows: "supplies",
        columns: "sites",
    },
    Matrix {
        file: "outbound_product_unit_costs.csv",
        path: &["lanes", "outbound", "product_unit_costs"],
        rows: "sites",
        columns: "demands",
    },
    Matrix {
        file: "direct_product_unit_costs.csv",
        path: &["lanes", "direct", "product_unit_costs"],
        rows: "supplies",
        columns: "demands",
    },
];

const MATRICES: &[Matrix] = &[
    Matrix { file: "distances.csv", path: &["travel", "distances"], rows: "locations", columns: "locations" },
    Matrix { file: "durations.csv", path: &["travel", "durations"], rows: "locations", columns: "locations" },
    Matrix {
        file: "inbound_unit_costs.csv",
        path: &["lanes", "inbound", "unit_costs"],
        rows: "supplies",
        columns: "sites",
    },
    Matrix {
        file: "outbound_unit_costs.csv",
        path: &["lanes", "outbound", "unit_costs"],
        rows: "sites",
        columns: "demands",
    },
    Matrix {
        file: "direct_unit_costs.csv",
        path: &["lanes", "direct", "unit_costs"],
        rows: "supplies",
        columns: "demands",
    },
];

/// Names of the files.
pub(super) fn files() -> impl Iterator<Item = &'static str> {
    MATRICES.iter().chain(BY_PRODUCT).map(|matrix| matrix.file)
}

/// Reads the matrices of a folder into a document that has its lists.
pub(super) fn read(files: &BTreeMap<String, String>, document: &mut Value, errors: &mut Vec<CsvError>) {
    for matrix in MATRICES {
        let Some(text) = files.get(matrix.file) else { continue };
        let (rows, columns) = (ids(document, matrix.rows), ids(document, matrix.columns));
        let Some(records) = records(matrix.file, text, errors) else { continue };
        if let Some(cells) = read_matrix(matrix, &records, 0, [&rows, &columns], errors) {
            set(document, matrix.path, cells);
        }
    }
    for matrix in BY_PRODUCT {
        let Some(text) = files.get(matrix.file) else { continue };
        let (rows, columns) = (ids(document, matrix.rows), ids(document, matrix.columns));
        let Some(Records { header, rows: records }) = records(matrix.file, text, errors) else { continue };
        let mut of_product: BTreeMap<String, Vec<(u64, StringRecord)>> = BTreeMap::new();
        for (line, record) in records {
            of_product.entry(record.get(0).unwrap_or("").to_owned()).or_default().push((line, record));
        }
        let products = ids(document, "products");
        for (product, rows_of) in of_product {
            let id = products.iter().find(|id| cells::safe(id) == product).unwrap_or(&product);
            let records = Records { header: header.clone(), rows: rows_of };
            if let Some(cells) = read_matrix(matrix, &records, 1, [&rows, &columns], errors) {
                let path: Vec<&str> = matrix.path.iter().copied().chain([id.as_str()]).collect();
                set(document, &path, cells);
            }
        }
    }
}

/// The matrices of a scenario as files.
pub(super) fn write(scenario: &Scenario, document: &Value, files: &mut BTreeMap<String, String>) {
    let lanes = &scenario.lanes;
    let all = [
        scenario.travel.distances.as_ref(),
        scenario.travel.durations.as_ref(),
        lanes.inbound.unit_costs.as_ref(),
        lanes.outbound.unit_costs.as_ref(),
        lanes.direct.as_ref().and_then(|direct| direct.unit_costs.as_ref()),
    ];
    for (matrix, cells) in MATRICES.iter().zip(all) {
        let Some(cells) = cells else { continue };
        let mut text = head(matrix, document, "from");
        write_rows(matrix, document, "", cells, &mut text);
        files.insert(matrix.file.to_owned(), text);
    }
    let by_product = [
        Some(&lanes.inbound.product_unit_costs),
        Some(&lanes.outbound.product_unit_costs),
        lanes.direct.as_ref().map(|direct| &direct.product_unit_costs),
    ];
    for (matrix, all) in BY_PRODUCT.iter().zip(by_product) {
        let Some(all) = all.filter(|all| !all.is_empty()) else { continue };
        let mut text = head(matrix, document, "product,from");
        for (product, cells) in all {
            write_rows(matrix, document, &format!("{},", field(product)), cells, &mut text);
        }
        files.insert(matrix.file.to_owned(), text);
    }
}

/// An id as a cell.
fn field(id: &str) -> String {
    super::quoted(&cells::safe(id))
}

/// The first line of a matrix's file.
fn head(matrix: &Matrix, document: &Value, first: &str) -> String {
    let mut text = first.to_owned();
    for id in &ids(document, matrix.columns) {
        text.push(',');
        text.push_str(&field(id));
    }
    text.push('\n');
    text
}

/// Adds the lines of a matrix, each after `first`.
fn write_rows(matrix: &Matrix, document: &Value, first: &str, cells: &[Vec<f64>], text: &mut String) {
    for (id, row) in ids(document, matrix.rows).iter().zip(cells) {
        text.push_str(first);
        text.push_str(&field(id));
        row.iter().for_each(|cell| text.push_str(&format!(",{cell}")));
        text.push('\n');
    }
}

fn ids(document: &Value, list: &str) -> Vec<String> {
    let rows = document.get(list).and_then(Value::as_array).into_iter().flatten();
    rows.filter_map(|row| row.get("id")?.as_str().map(str::to_owned)).collect()
}

/// The cells of a matrix after `before` columns.
fn read_matrix(
    matrix: &Matrix,
    Records { header, rows: records }: &Records,
    before: usize,
    [rows, columns]: [&[String]; 2],
    errors: &mut Vec<CsvError>,
) -> Option<Value> {
    let n_errors = errors.len();
    let mut error = |line, column: &str, code, detail| {
        let (file, column) = (matrix.file.to_owned(), column.to_owned());
        errors.push(CsvError { file, line, column, code, detail });
    };
    let position = |ids: &[String]| -> HashMap<String, usize> {
        ids.iter()
            .enumerate()
            .map(|(i, id)| (cells::safe(id), i))
            .chain(ids.iter().cloned().enumerate().map(|(i, id)| (id, i)))
            .collect()
    };
    let (row_of, column_of) = (position(rows), position(columns));
    let mut places = Vec::new();
    for name in header.iter().skip(before + 1) {
        let place = column_of.get(name).copied();
        if place.is_none() {
            let near = meant(name, columns.iter().map(String::as_str));
            error(1, name, "unknown_column", format!("is no id of {}{near}", matrix.columns));
        }
        places.push(place);
    }
    let mut cells = vec![vec![None; columns.len()]; rows.len()];
    for (line, record) in records {
        let id = record.get(before).unwrap_or("");
        let Some(&row) = row_of.get(id) else {
            let near = meant(id, rows.iter().map(String::as_str));
            error(*line, "from", "unknown_row", format!("`{id}` is no id of {}{near}", matrix.rows));
            continue;
        };
        for ((place, text), name) in
            places.iter().zip(record.iter().skip(before + 1)).zip(header.iter().skip(before + 1))
        {
            let Some(column) = *place else { continue };
            let number = text.parse().ok().filter(|number: &f64| number.is_finite());
            if number.is_none() {
                error(*line, name, "not_a_number", format!("found `{text}`, expected a number"));
            }
            cells[row][column] = number;
        }
    }
    for (id, row) in rows.iter().zip(&cells) {
        if errors_are(n_errors, errors)
            && let Some(column) = row.iter().position(Option::is_none)
        {
            let (file, column) = (matrix.file.to_owned(), columns[column].clone());
            let detail = format!("the cell from `{id}` is missing");
            errors.push(CsvError { file, line: 1, column, code: "missing_value", detail });
        }
    }
    errors_are(n_errors, errors).then(|| Value::from_iter(cells.into_iter().map(Value::from)))
}

fn errors_are(n: usize, errors: &[CsvError]) -> bool {
    errors.len() == n
}
