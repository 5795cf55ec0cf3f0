//! Marks at places, each with a text.

use super::Canvas;
use plotly::Scatter;
use plotly::common::{HoverInfo, Line, Marker, MarkerSymbol, Mode};

/// Marks at places, with a text for each.
#[derive(Default)]
pub(super) struct Marks {
    x: Vec<f64>,
    y: Vec<f64>,
    text: Vec<String>,
    size: Vec<usize>,
    /// What the marks stand for, where somebody may want to point at them.
    pub(super) ids: Vec<String>,
}

impl Marks {
    pub(super) fn push(&mut self, at: Option<[f64; 2]>, text: String, size: usize) {
        if let Some([x, y]) = at {
            self.x.push(x);
            self.y.push(y);
            self.text.push(text);
            self.size.push(size);
        }
    }

    pub(super) fn draw(self, canvas: &mut Canvas, name: &str, symbol: MarkerSymbol, color: &'static str, edge: Line) {
        if !self.x.is_empty() {
            let marker = Marker::new().symbol(symbol).color(color).size_array(self.size).line(edge).opacity(0.95);
            let trace =
                Scatter::new(self.x, self.y).mode(Mode::Markers).marker(marker).name(canvas.language.text(name));
            let trace = if self.ids.is_empty() { trace } else { trace.ids(self.ids) };
            canvas.plot.add_trace(trace.hover_text_array(self.text).hover_info(HoverInfo::Text));
        }
    }

    /// Each place once.
    pub(super) fn unique(mut self) -> Self {
        let mut kept = Self::default();
        for (i, text) in std::mem::take(&mut self.text).into_iter().enumerate() {
            if !kept.text.contains(&text) {
                kept.push(Some([self.x[i], self.y[i]]), text, self.size[i]);
            }
        }
        kept
    }
}

/// The size of a mark whose area goes with its share of the largest.
pub(super) fn size(share: f64, least: f64, most: f64) -> usize {
    (least + (most - least) * share.clamp(0.0, 1.0).sqrt()).round() as usize
}

pub(super) fn white_edge() -> Line {
    Line::new().width(1.0).color("#ffffff")
}
