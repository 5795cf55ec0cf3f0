//! Ways to have placed breaks and rests so far, and what is known of each.

use super::duty::MOST_BREAKS;
use crate::units::{Cost, Duration, Time};

/// A break that is not taken, because the vehicle leaves after its window.
const SKIPPED: u32 = u32::MAX;

/// So many ways to place breaks and rests are followed at most.
const MOST_LABELS: usize = 12;

/// A way to place breaks and rests on the calls so far, and what comes of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    pub(super) departure: Time,
    pub(super) now: Time,
    pub(super) lateness: Cost,
    /// At the wheel since the last rest.
    pub(super) wheel: Duration,
    /// At the wheel in all.
    pub(super) driven: Duration,
    /// Time that the vehicle waited, for windows of calls and of breaks.
    pub(super) waited: Duration,
    /// By how much the departure could be later before a window or a price is missed, waiting left aside.
    pub(super) room: Duration,
    /// Number of breaks taken or skipped.
    pub(super) n_breaks: usize,
    /// The leg that each of them is taken on.
    pub(super) legs: [u32; MOST_BREAKS],
    /// The legs that a rest ends, bit by bit.
    pub(super) rests: u64,
}

impl Label {
    /// A departure with so many breaks skipped.
    pub(super) fn begin(departure: Time, n_breaks: usize) -> Self {
        Self {
            departure,
            now: departure,
            lateness: Cost::ZERO,
            wheel: Duration::ZERO,
            driven: Duration::ZERO,
            waited: Duration::ZERO,
            room: Duration::HUGE,
            n_breaks,
            legs: [SKIPPED; MOST_BREAKS],
            rests: 0,
        }
    }

    /// Number of breaks that are not taken, because the vehicle leaves after their windows.
    pub(super) fn n_skipped(&self) -> usize {
        self.legs[..self.n_breaks].iter().filter(|&&leg| leg == SKIPPED).count()
    }

    fn beats(&self, other: &Self) -> bool {
        self.now <= other.now
            && self.lateness <= other.lateness
            && self.wheel <= other.wheel
            && self.driven <= other.driven
            && self.n_breaks >= other.n_breaks
    }
}

/// Keeps a label unless another one beats it; at most [`MOST_LABELS`], those that are ahead.
pub(super) fn keep(labels: &mut Vec<Label>, label: Label) {
    let mut row = 0;
    while row < labels.len() {
        if labels[row].beats(&label) {
            return;
        }
        if label.beats(&labels[row]) {
            labels.swap_remove(row);
        } else {
            row += 1;
        }
    }
    labels.push(label);
    if labels.len() > MOST_LABELS {
        let last = (0..labels.len()).max_by_key(|&row| (labels[row].lateness, labels[row].now));
        if let Some(row) = last {
            labels.swap_remove(row);
        }
    }
}
