//! Distances that a `.vrp` file gives as a matrix or as one of its triangles.

use super::sections::Sections;
use crate::io::formats::ReadError;

/// The distances between the file's nodes, rows and columns in the order of `order`.
pub(super) fn distances(sections: &Sections<'_>, order: &[usize]) -> Result<Vec<Vec<f64>>, ReadError> {
    let n = order.len();
    let format = sections.required("EDGE_WEIGHT_FORMAT", "EDGE_WEIGHT_FORMAT")?;
    // The columns of one triangle are the rows of the other.
    let columns = |row: usize| match format.text {
        "FULL_MATRIX" => Some(0..n),
        "LOWER_ROW" | "UPPER_COL" => Some(0..row),
        "LOWER_DIAG_ROW" | "UPPER_DIAG_COL" => Some(0..row + 1),
        "UPPER_ROW" | "LOWER_COL" => Some(row + 1..n),
        "UPPER_DIAG_ROW" | "LOWER_DIAG_COL" => Some(row..n),
        _ => None,
    };
    let words = sections.words("EDGE_WEIGHT_SECTION");
    let mut words = words.ok_or_else(|| ReadError::Ended { expected: "EDGE_WEIGHT_SECTION".to_owned() })?;
    let mut number = vec![0; n];
    order.iter().enumerate().for_each(|(location, &node)| number[node] = location);
    let mut rows: Vec<Vec<f64>> = vec![Vec::new(); n];
    let mut cells = Vec::new();
    for row in 0..n {
        let columns = columns(row).ok_or_else(|| format.unexpected("FULL_MATRIX or a triangle by rows or columns"))?;
        for column in columns {
            let word = words.word("a distance for every pair of nodes")?;
            cells.push((number[row], number[column], word.count("a whole distance", 0)? as f64));
        }
    }
    words.end()?;
    rows.iter_mut().for_each(|row| row.resize(n, 0.0));
    for (row, column, distance) in cells {
        rows[row][column] = distance;
        if format.text != "FULL_MATRIX" {
            rows[column][row] = distance;
        }
    }
    Ok(rows)
}
