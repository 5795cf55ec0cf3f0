//! The frame of the page: escaping, sections, and figures whose script comes after the text.

use super::texts::Language;
use plotly::Plot;
use std::fmt::Write;

/// A page as it grows.
#[derive(Default)]
pub(super) struct Page {
    pub(super) body: String,
    pub(super) figures: Vec<Figure>,
    pub(super) language: Language,
}

/// A drawing, and the element that waits for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Id of the element.
    pub id: String,
    /// Data, layout and configuration for plotly.js, as JSON.
    pub plot: String,
}

/// How the page looks.
pub const STYLE: &str = include_str!("style.css");

/// Nothing may be loaded from anywhere; the script and style in the page are all there is.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; \
                      img-src data: blob:; base-uri 'none'; form-action 'none'";

impl Page {
    /// An empty page in a language.
    pub(super) fn new(language: Language) -> Self {
        Self { language, ..Self::default() }
    }

    /// A section with a heading, and a note under it that may be empty; both are put into the page's language.
    pub(super) fn section(&mut self, class: &str, title: &str, note: &str, content: &str) {
        let [title, note] = [title, note].map(|text| self.language.text(text));
        let note =
            if note.trim().is_empty() { String::new() } else { format!("<p class=\"note\">{}</p>", escape(note)) };
        let _ = writeln!(self.body, "<section class=\"{class}\"><h2>{}</h2>{note}{content}</section>", escape(title));
    }

    /// The place of a figure, of a height in CSS; it is drawn when the text stands.
    pub(super) fn figure(&mut self, plot: &Plot, height: &str) -> String {
        let id = format!("figure-{}", self.figures.len() + 1);
        self.figures.push(Figure { id: id.clone(), plot: plot.to_json() });
        format!("<div class=\"chart\" id=\"{id}\" style=\"height:{height}\"></div>")
    }

    /// The whole page.
    pub(super) fn finish(self, title: &str) -> String {
        let library = if self.figures.is_empty() {
            String::new()
        } else {
            format!("<script type=\"text/javascript\">{}</script>\n", library())
        };
        let mut scripts = String::new();
        for Figure { id, plot } in &self.figures {
            let _ = writeln!(scripts, "Plotly.newPlot(\"{id}\",{});", in_script(plot));
        }
        format!(
            "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n{}{library}<script>\n{}</script>\n</body>\n</html>\n",
            self.language.tag(),
            escape(title),
            STYLE,
            self.body,
            scripts
        )
    }
}

/// The embedded plotly.js; the formula renderer that comes with it is of no use here.
#[must_use]
pub fn library() -> String {
    let sources = Plot::offline_js_sources();
    let begin = sources.find("<script").and_then(|at| Some(at + sources[at..].find('>')? + 1)).unwrap_or(0);
    let end = sources[begin..].find("</script>").map_or(sources.len(), |at| begin + at);
    sources[begin..end].to_owned()
}

/// A sentence in HTML: names between backticks stand out.
pub(super) fn sentence(text: &str) -> String {
    let parts: Vec<String> = text.split('`').map(escape).collect();
    // An even number of parts means a backtick without its partner.
    if parts.len().is_multiple_of(2) {
        return parts.join("`");
    }
    let part = |(row, part): (usize, &String)| if row % 2 == 1 { format!("<code>{part}</code>") } else { part.clone() };
    parts.iter().enumerate().map(part).collect()
}

/// `text` as HTML text or attribute value; plotly's labels want the same.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // Plotly knows all numbers, and not this name.
            '"' => escaped.push_str("&#34;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// JSON that can stand in a script: nothing in it ends the script or starts a comment.
fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}
