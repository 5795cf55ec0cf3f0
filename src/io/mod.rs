//! Texts to scenarios, plans to texts: JSON, CSV, published formats, GeoJSON, the HTML report.
//!
//! Everything here is pure: text in, document out, or the other way round. Main doors: [`formats::read`] (published
//! instances), [`formats::sol`], [`json`], [`report::html`]. This floor must not know solvers, files or sockets.

mod atlas;
pub mod csv;
pub mod formats;
pub mod geojson;
pub mod json;
pub mod report;
