//! Moments, windows and durations.

use super::numbers::amount;
use crate::model::defect::Defects;
use crate::model::moment::Moment;
use crate::units::{Duration, Time, TimeWindow};

/// Most windows of one visit: each is a visit of its own to the solver.
const MOST_WINDOWS: usize = 8;

/// What is known about the scenario's moments so far.
#[derive(Default)]
pub(super) struct Clock {
    first: Option<Moment>,
    mixed: bool,
}

impl Clock {
    /// A moment of the form that answers take.
    pub(super) fn form(&self) -> Moment {
        self.first.map_or(Moment::Seconds(0), |moment| moment.like(0))
    }

    /// The window from `span[0]` to `span[1]`.
    pub(super) fn window(
        &mut self,
        span: &[Moment; 2],
        pointer: impl Fn() -> String,
        defects: &mut Defects,
    ) -> TimeWindow {
        let opens = self.time(span[0], || format!("{}/0", pointer()), defects);
        let closes = self.time(span[1], || format!("{}/1", pointer()), defects);
        if opens > closes {
            defects.add(
                pointer(),
                "window_reversed",
                format!("opens at {} but closes at {}", span[0], span[1]),
                "write [earliest, latest]; a time after midnight is \"25:30\"",
            );
            return TimeWindow::ALWAYS;
        }
        TimeWindow { opens, closes }
    }

    /// All of `windows`, earliest first; always where there is none.
    pub(super) fn windows(
        &mut self,
        windows: &[[Moment; 2]],
        pointer: impl Fn() -> String,
        defects: &mut Defects,
    ) -> Vec<TimeWindow> {
        if windows.is_empty() {
            return vec![TimeWindow::ALWAYS];
        }
        if windows.len() > MOST_WINDOWS {
            let detail = format!("at most {MOST_WINDOWS} windows can be told apart, found {}", windows.len());
            defects.add(pointer(), "too_many_windows", detail, "merge those that lie close together");
        }
        let mut read: Vec<(TimeWindow, usize)> = windows
            .iter()
            .enumerate()
            .map(|(row, span)| (self.window(span, || format!("{}/{row}", pointer()), defects), row))
            .collect();
        read.sort_unstable_by_key(|(window, row)| (window.opens, *row));
        for pair in read.windows(2) {
            let ((first, _), (second, row)) = (pair[0], pair[1]);
            // A window with a defect of its own is read as always.
            if second.opens < first.closes && first.closes < Time::HUGE {
                let (detail, hint) = ("overlaps another window".to_owned(), "merge the two into one window");
                defects.add(format!("{}/{row}", pointer()), "windows_overlap", detail, hint);
            }
        }
        read.into_iter().map(|(window, _)| window).collect()
    }

    /// The one window of `windows`; always where there is none.
    pub(super) fn only_window(
        &mut self,
        windows: &[[Moment; 2]],
        pointer: impl Fn() -> String,
        defects: &mut Defects,
    ) -> TimeWindow {
        if windows.len() > 1 {
            defects.add(
                pointer(),
                "not_served_yet",
                format!("one window at most is served here so far, found {}", windows.len()),
                "keep the window that matters most",
            );
        }
        self.windows(windows, pointer, defects)[0]
    }

    /// The time of a moment.
    pub(super) fn time(&mut self, moment: Moment, pointer: impl Fn() -> String, defects: &mut Defects) -> Time {
        let is_stamp = |moment: Moment| matches!(moment, Moment::Stamp(_));
        let first = *self.first.get_or_insert(moment);
        if is_stamp(first) != is_stamp(moment) && !self.mixed {
            self.mixed = true;
            defects.add(
                pointer(),
                "mixed_times",
                format!("timestamps and times of day do not go together, found {moment} after {first}"),
                "write all times as timestamps, or none",
            );
        }
        let seconds = moment.seconds();
        // Timestamps reach beyond the common limit of 1e9; the year 9999 is 2.5e11.
        let latest = if is_stamp(moment) { i64::MAX } else { 1_000_000_000 };
        if seconds < 0 {
            let detail = format!("must not be before the start of time, found {moment}");
            defects.add(pointer(), "negative", detail, "count from the midnight before the first vehicle leaves");
        } else if seconds > latest {
            defects.add(pointer(), "too_large", format!("must be at most 1e9 seconds, found {seconds}"), "");
        }
        Time::new(seconds.max(0))
    }
}

/// A length of time, such as that of a service, in whole seconds.
pub(super) fn whole_seconds(value: Option<f64>, pointer: impl Fn() -> String, defects: &mut Defects) -> Duration {
    let seconds = value.map_or(0.0, |value| amount(value, &pointer, defects));
    if seconds.fract() != 0.0 {
        defects.add(
            pointer(),
            "not_whole_seconds",
            format!("must be whole seconds, found {seconds}"),
            "round it; minutes are 60 seconds",
        );
    }
    Duration::new(seconds as i64)
}
