//! Words and numbers of a text, each with its line.

use super::ReadError;

/// The words of a text.
pub(super) struct Words<'a> {
    rest: std::vec::IntoIter<Word<'a>>,
}

/// A run of characters without a blank.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub(super) line: usize,
    pub(super) text: &'a str,
}

/// The lines that are not blank, trimmed, numbered from 1.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(i, line)| (i + 1, line.trim())).filter(|(_, line)| !line.is_empty())
}

/// The numbers of a line, if it holds nothing else.
pub(super) fn numbers(line: &str) -> Option<Vec<f64>> {
    line.split_whitespace().map(|word| word.parse().ok().filter(|number: &f64| number.is_finite())).collect()
}

/// The numbers of the first two lines that are not blank, for recognizing a format.
pub(super) fn first_two(text: &str) -> Option<(Vec<f64>, Vec<f64>)> {
    let mut lines = lines(text);
    Some((numbers(lines.next()?.1)?, numbers(lines.next()?.1)?))
}

impl<'a> Words<'a> {
    /// The words of numbered lines.
    pub(super) fn new(lines: impl Iterator<Item = (usize, &'a str)>) -> Self {
        let words: Vec<Word<'a>> =
            lines.flat_map(|(line, text)| text.split_whitespace().map(move |text| Word { line, text })).collect();
        Self { rest: words.into_iter() }
    }

    /// Words that were taken from a text already.
    pub(super) fn of(words: Vec<Word<'a>>) -> Self {
        Self { rest: words.into_iter() }
    }

    /// Whether no word is left.
    pub(super) fn is_empty(&self) -> bool {
        self.rest.as_slice().is_empty()
    }

    /// The line of the next word.
    pub(super) fn line(&self) -> Option<usize> {
        self.rest.as_slice().first().map(|word| word.line)
    }

    /// The next word.
    pub(super) fn word(&mut self, expected: &str) -> Result<Word<'a>, ReadError> {
        self.rest.next().ok_or_else(|| ReadError::Ended { expected: expected.to_owned() })
    }

    /// The next word, a finite number.
    pub(super) fn number(&mut self, expected: &str) -> Result<f64, ReadError> {
        self.word(expected)?.number(expected)
    }

    /// The next word, a number that is not negative.
    pub(super) fn amount(&mut self, expected: &str) -> Result<f64, ReadError> {
        self.word(expected)?.amount(expected)
    }

    /// The next word, a whole number from `least` on.
    pub(super) fn count(&mut self, expected: &str, least: usize) -> Result<usize, ReadError> {
        self.word(expected)?.count(expected, least)
    }

    /// Refuses words that are left over.
    pub(super) fn end(&mut self) -> Result<(), ReadError> {
        self.rest.next().map_or(Ok(()), |word| Err(word.unexpected("nothing more")))
    }
}

impl Word<'_> {
    /// An error about this word.
    pub(super) fn unexpected(self, expected: &str) -> ReadError {
        ReadError::Unexpected { line: self.line, found: self.text.to_owned(), expected: expected.to_owned() }
    }

    /// A finite number.
    pub(super) fn number(self, expected: &str) -> Result<f64, ReadError> {
        let number = self.text.parse().ok().filter(|number: &f64| number.is_finite());
        number.ok_or_else(|| self.unexpected(expected))
    }

    /// A number that is not negative.
    pub(super) fn amount(self, expected: &str) -> Result<f64, ReadError> {
        self.number(expected).and_then(|number| if number < 0.0 { Err(self.unexpected(expected)) } else { Ok(number) })
    }

    /// A whole number from `least` on; `10.` and `10.0` are whole too.
    pub(super) fn count(self, expected: &str, least: usize) -> Result<usize, ReadError> {
        let number = self.number(expected)?;
        let whole = number.fract().abs() < f64::EPSILON && (0.0..=4e9).contains(&number);
        if whole && number as usize >= least { Ok(number as usize) } else { Err(self.unexpected(expected)) }
    }
}

/// `value × scale` as an integer, where it is one but for the noise of floating point.
pub(super) fn whole(value: f64, scale: f64) -> Option<i64> {
    let scaled = value * scale;
    let near = scaled.round();
    ((scaled - near).abs() < 1e-6 && near.abs() < 9e15).then_some(near as i64)
}
