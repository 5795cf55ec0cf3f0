//! A progress bar on standard error: elapsed time, incumbent, bound, gap.

use crate::io::report::numbers;
use crate::search::{Event, Observer};
use crate::units::Cost;
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Shows what a search tells. Draws nothing where standard error is no terminal.
pub(super) struct Progress {
    bar: ProgressBar,
    /// What amounts are followed by.
    unit: String,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    phase: &'static str,
    incumbent: Option<(usize, Cost)>,
    lower_bound: Option<Cost>,
}

impl Progress {
    /// A bar that draws until it is dropped, with amounts of `currency`; `quiet` draws nothing.
    pub(super) fn new(quiet: bool, currency: &str) -> Self {
        let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed_precise} {msg}") {
            bar.set_style(style);
        }
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        let unit = if currency.is_empty() { String::new() } else { format!(" {currency}") };
        Self { bar, unit, seen: Mutex::default() }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for Progress {
    fn on(&self, event: Event) {
        if self.bar.is_hidden() {
            return;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Phase(phase) => seen.phase = phase,
            Event::Incumbent { cost, unserved } => {
                let better = seen.incumbent.is_none_or(|known| (unserved, cost) < known);
                if better {
                    seen.incumbent = Some((unserved, cost));
                }
            }
            Event::LowerBound(bound) => seen.lower_bound = seen.lower_bound.max(Some(bound)),
        }
        self.bar.set_message(seen.message(&self.unit));
    }
}

impl Seen {
    fn message(&self, unit: &str) -> String {
        let mut text = self.phase.to_owned();
        if let Some((unserved, cost)) = self.incumbent {
            text.push_str(&format!("  best {:.2}{unit}", cost.as_currency()));
            if unserved > 0 {
                text.push_str(&format!("  unserved {unserved}"));
            }
            if let Some(bound) = self.lower_bound {
                let gap = (cost - bound).get() as f64 / cost.get().max(1) as f64;
                let gap = numbers::gap_percent(gap, 3);
                text.push_str(&format!("  bound {:.2}{unit}  gap {gap:.3} %", bound.as_currency()));
            }
        }
        text
    }
}
