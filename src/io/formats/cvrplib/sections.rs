//! Keys and sections of a `.vrp` file.

use crate::io::formats::ReadError;
use crate::io::formats::text::{Words, lines};
use std::collections::BTreeMap;

/// A `.vrp` file, cut into its parts.
pub(super) struct Sections<'a> {
    keys: BTreeMap<&'a str, Key<'a>>,
    sections: BTreeMap<&'a str, Section<'a>>,
    n_words: usize,
}

/// The value of a key.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    pub(super) line: usize,
    pub(super) text: &'a str,
    name: &'a str,
}

struct Section<'a> {
    line: usize,
    lines: Vec<(usize, &'a str)>,
}

/// The values of one row of a section.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<const N: usize> {
    pub(super) line: usize,
    pub(super) values: [f64; N],
}

impl<'a> Sections<'a> {
    /// Cuts a text. Refuses lines that are neither a key nor belong to a section, and what stands twice.
    pub(super) fn parse(text: &'a str) -> Result<Self, ReadError> {
        let mut parts = Self { keys: BTreeMap::new(), sections: BTreeMap::new(), n_words: 0 };
        let mut current: Option<&str> = None;
        for (line, content) in lines(text) {
            let name = content.split([':', ' ', '\t']).next().unwrap_or("");
            let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
            if is_name && name == "EOF" {
                break;
            }
            let unexpected = |expected: &str| ReadError::Unexpected {
                line,
                found: content.to_owned(),
                expected: expected.to_owned(),
            };
            if is_name && name.ends_with("_SECTION") {
                current = Some(name);
                if parts.sections.insert(name, Section { line, lines: Vec::new() }).is_some() {
                    return Err(unexpected("each section once"));
                }
            } else if is_name && let Some((_, value)) = content.split_once(':') {
                let text = value.trim().trim_matches('"');
                let repeated = parts.keys.insert(name, Key { line, text, name });
                if repeated.is_some() && name != "COMMENT" {
                    return Err(unexpected("each key once"));
                }
            } else {
                let section = current.and_then(|name| parts.sections.get_mut(name));
                let section = section.ok_or_else(|| unexpected("`KEY : value` or a section"))?;
                section.lines.push((line, content));
                parts.n_words += content.split_whitespace().count();
            }
        }
        Ok(parts)
    }

    /// The first key or section that is not in a list.
    pub(super) fn first_unknown(&self, known: &[&str]) -> Option<(usize, &'a str)> {
        let keys = self.keys.iter().map(|(name, key)| (key.line, *name));
        let sections = self.sections.iter().map(|(name, section)| (section.line, *name));
        keys.chain(sections).filter(|(_, name)| !known.contains(name)).min()
    }

    /// Number of words in all sections.
    pub(super) fn n_words(&self) -> usize {
        self.n_words
    }

    pub(super) fn key(&self, name: &str) -> Option<Key<'a>> {
        self.keys.get(name).copied()
    }

    pub(super) fn required(&self, name: &str, expected: &str) -> Result<Key<'a>, ReadError> {
        self.key(name).ok_or_else(|| ReadError::Ended { expected: expected.to_owned() })
    }

    pub(super) fn has(&self, section: &str) -> bool {
        self.sections.contains_key(section)
    }

    /// The line where a section starts; 0 where there is none.
    pub(super) fn line(&self, section: &str) -> usize {
        self.sections.get(section).map_or(0, |section| section.line)
    }

    /// The number of lines of a section, if there is one.
    pub(super) fn n_lines(&self, section: &str) -> Option<usize> {
        self.sections.get(section).map(|section| section.lines.len())
    }

    /// The words of a section.
    pub(super) fn words(&self, section: &str) -> Option<Words<'a>> {
        self.sections.get(section).map(|section| Words::new(section.lines.iter().copied()))
    }

    /// `n_rows` rows of a number from 1 and `N` values, in the order of their numbers.
    pub(super) fn rows<const N: usize>(&self, section: &str, n_rows: usize) -> Result<Option<Vec<Row<N>>>, ReadError> {
        let Some(mut words) = self.words(section) else { return Ok(None) };
        let mut rows = vec![None; n_rows];
        for _ in 0..n_rows {
            let word = words.word(&format!("{n_rows} rows of {section}"))?;
            let row = word.count("the number of a row", 1)?;
            let mut values = [0.0; N];
            for value in &mut values {
                *value = words.number("a number")?;
            }
            match rows.get_mut(row - 1) {
                Some(empty @ None) => *empty = Some(Row { line: word.line, values }),
                Some(Some(_)) | None => return Err(word.unexpected(&format!("each row from 1 to {n_rows} once"))),
            }
        }
        words.end()?;
        Ok(Some(rows.into_iter().flatten().collect()))
    }

    /// `n_rows` rows of a number from 1 and any number of nodes from 1, each on a line of its own, in the order of their
    /// numbers; nodes count from 0.
    pub(super) fn lists(
        &self,
        name: &str,
        n_rows: usize,
        n_nodes: usize,
    ) -> Result<Option<Vec<Vec<usize>>>, ReadError> {
        let Some(section) = self.sections.get(name) else { return Ok(None) };
        let mut rows: Vec<Option<Vec<usize>>> = vec![None; n_rows];
        for &line in &section.lines {
            let mut words = Words::new(std::iter::once(line));
            let number = words.word("the number of a row")?;
            let row = number.count("the number of a row", 1)?;
            let mut nodes = Vec::new();
            while !words.is_empty() {
                let word = words.word("a node")?;
                let node = word.count("a node", 1)?;
                if node > n_nodes {
                    return Err(word.unexpected(&format!("nodes from 1 to {n_nodes}")));
                }
                nodes.push(node - 1);
            }
            match rows.get_mut(row - 1) {
                Some(empty @ None) => *empty = Some(nodes),
                Some(Some(_)) | None => return Err(number.unexpected(&format!("each row from 1 to {n_rows} once"))),
            }
        }
        let rows: Option<Vec<Vec<usize>>> = rows.into_iter().collect();
        rows.map(Some).ok_or_else(|| ReadError::Ended { expected: format!("{n_rows} rows of {name}") })
    }

    /// The depots' nodes, from 0, in their order; `-1` ends the list.
    pub(super) fn depots(&self, n_nodes: usize) -> Result<Vec<usize>, ReadError> {
        let Some(mut words) = self.words("DEPOT_SECTION") else { return Ok(Vec::new()) };
        let mut depots = Vec::new();
        while !words.is_empty() {
            let word = words.word("a depot")?;
            if word.text == "-1" {
                break;
            }
            let depot = word.count("the node of a depot, or -1", 1)? - 1;
            if depot >= n_nodes || depots.contains(&depot) {
                return Err(word.unexpected(&format!("nodes from 1 to {n_nodes}, each once")));
            }
            depots.push(depot);
        }
        words.end()?;
        Ok(depots)
    }
}

impl Key<'_> {
    pub(super) fn unexpected(self, expected: &str) -> ReadError {
        ReadError::Unexpected {
            line: self.line,
            found: format!("{} : {}", self.name, self.text),
            expected: expected.to_owned(),
        }
    }

    pub(super) fn number(self) -> Result<f64, ReadError> {
        let number = self.text.parse().ok().filter(|number: &f64| number.is_finite());
        number.ok_or_else(|| self.unexpected("a number"))
    }

    pub(super) fn amount(self) -> Result<f64, ReadError> {
        self.number()
            .and_then(|number| if number < 0.0 { Err(self.unexpected("no negative number")) } else { Ok(number) })
    }

    pub(super) fn count(self, least: usize) -> Result<usize, ReadError> {
        let count = self.text.parse().ok().filter(|count: &usize| *count >= least && *count <= u32::MAX as usize);
        count.ok_or_else(|| self.unexpected(&format!("a whole number from {least} on")))
    }
}

impl<const N: usize> Row<N> {
    pub(super) fn unexpected(&self, expected: &str) -> ReadError {
        let found = self.values.map(|value| value.to_string()).join(" ");
        ReadError::Unexpected { line: self.line, found, expected: expected.to_owned() }
    }
}

impl Row<1> {
    /// The value, which must not be negative.
    pub(super) fn amount(&self, expected: &str) -> Result<f64, ReadError> {
        let [amount] = self.values;
        if amount < 0.0 { Err(self.unexpected(&format!("{expected} that is not negative"))) } else { Ok(amount) }
    }
}
