//! Tables of the report, as they grow. Long ones are cut, and say how much is missing.

use super::numbers::percent;
use super::page::escape;
use super::texts::Language;
use crate::model::Scenario;
use std::fmt::Write;

/// Most rows of a table.
pub(super) const MOST_ROWS: usize = 2_000;

/// A table as it grows.
pub(super) struct Table {
    html: String,
    n_rows: usize,
}

impl Table {
    /// Columns whose names start with `#` hold numbers; their names are put into the language.
    pub(super) fn new(language: Language, columns: &[&str]) -> Self {
        let mut html = String::from("<div class=\"table\"><table><thead><tr>");
        for column in columns {
            let (class, name) = column.strip_prefix('#').map_or(("", *column), |name| (" class=\"n\"", name));
            let _ = write!(html, "<th{class}>{}</th>", escape(language.text(name)));
        }
        html.push_str("</tr></thead><tbody>");
        Self { html, n_rows: 0 }
    }

    pub(super) fn is_full(&self) -> bool {
        self.n_rows >= MOST_ROWS
    }

    /// A row across all columns; `content` is HTML already.
    pub(super) fn group(&mut self, columns: usize, content: &str) {
        let _ = write!(self.html, "<tr class=\"group\"><td colspan=\"{columns}\">{content}</td></tr>");
    }

    /// Cells are HTML already.
    pub(super) fn row(&mut self, class: &str, cells: &[Cell]) {
        self.n_rows += 1;
        let _ = write!(self.html, "<tr{class}>");
        for cell in cells {
            let (class, content) = match cell {
                Cell::Text(content) => ("", content),
                Cell::Number(content) => (" class=\"n\"", content),
            };
            let _ = write!(self.html, "<td{class}>{content}</td>");
        }
        self.html.push_str("</tr>");
    }

    pub(super) fn finish(mut self) -> String {
        self.html.push_str("</tbody></table></div>");
        self.html
    }
}

/// The content of a cell.
pub(super) enum Cell {
    Text(String),
    Number(String),
}

/// A cell of text, escaped.
pub(super) fn text(text: &str) -> Cell {
    Cell::Text(escape(text))
}

/// A cell of a number, HTML already.
pub(super) fn number_cell(text: impl Into<String>) -> Cell {
    Cell::Number(text.into())
}

/// Head of a column of money.
pub(super) fn cost_head(scenario: &Scenario, language: Language) -> String {
    let cost = language.text("Cost");
    if scenario.currency.is_empty() { format!("#{cost}") } else { format!("#{cost}, {}", scenario.currency) }
}

/// What a cut table says.
pub(super) fn left_out(n_all: usize, language: Language) -> String {
    match n_all.saturating_sub(MOST_ROWS) {
        0 => String::new(),
        more => language.fill("{0} more in the plan file.", &[&language.count(more, "row")]),
    }
}

/// A share as a bar, and in percent.
pub(super) fn bar(share: f64) -> String {
    let full = if share > 0.98 { " class=\"full\"" } else { "" };
    let width = (share * 100.0).clamp(0.0, 100.0);
    format!("<span class=\"bar\"><b{full} style=\"width:{width:.1}%\"></b></span>{}", percent(share))
}

/// A word in small letters, behind something.
pub(super) fn mark(text: &str) -> String {
    format!(" <span class=\"mark\">{}</span>", escape(text))
}

/// Name, and id where that is another.
pub(super) fn named(name: &str, id: &str) -> Cell {
    if name == id {
        text(id)
    } else {
        Cell::Text(format!("{} <span class=\"code\">{}</span>", escape(name), escape(id)))
    }
}
