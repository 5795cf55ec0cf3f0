//! What a running search has told and the store does not know yet.

use super::state::{Progress, Worth, better, higher};
use std::time::Duration;
use tokio::time::Instant;

/// How often the news of an attempt is written, at most. An attempt that is over sooner has only its end written.
const WRITE_EVERY: Duration = Duration::from_millis(200);

/// What a running search has told and the store does not know yet: the newest phase, the best of the rest.
pub(super) struct News {
    progress: Option<Progress>,
    /// Whether the best plan of the attempt is part of it.
    with_plan: bool,
    /// When it is to be written.
    pub(super) due: Instant,
}

impl News {
    /// None, of an attempt that begins now.
    pub(super) fn new() -> Self {
        Self { progress: None, with_plan: false, due: Instant::now() + WRITE_EVERY }
    }

    /// The search got further.
    pub(super) fn add(&mut self, progress: Progress) {
        let known = self.progress.take().unwrap_or_default();
        let phase = if progress.phase.is_empty() { known.phase } else { progress.phase };
        let (best, bound) = (better(known.best, progress.best), higher(known.bound, progress.bound));
        self.progress = Some(Progress { phase, best, bound });
    }

    /// The search handed over a plan of this worth, the best so far.
    pub(super) fn add_plan(&mut self, worth: Worth) {
        self.add(Progress { best: Some(worth), ..Progress::default() });
        self.with_plan = true;
    }

    /// Whether there is anything to write.
    pub(super) fn is_some(&self) -> bool {
        self.progress.is_some()
    }

    /// The bound in it.
    pub(super) fn bound(&self) -> Option<f64> {
        self.progress.as_ref()?.bound
    }

    /// Takes what is to be written now, and whether the best plan belongs to it.
    pub(super) fn take(&mut self) -> Option<(Progress, bool)> {
        self.due = Instant::now() + WRITE_EVERY;
        Some((self.progress.take()?, std::mem::take(&mut self.with_plan)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_of_what_was_told_is_written_once() {
        let worth = |cost| Worth { unserved: 0, vehicles: 0, cost };
        let told = |phase: &str, cost, bound| Progress { phase: phase.to_owned(), best: cost, bound };
        let mut news = News::new();
        assert_eq!((news.is_some(), news.take()), (false, None));
        news.add(told("search", Some(worth(9.0)), Some(4.0)));
        news.add_plan(worth(8.0));
        news.add(told("", Some(worth(8.5)), Some(3.0)));
        assert_eq!((news.is_some(), news.bound()), (true, Some(4.0)));
        assert_eq!(news.take(), Some((told("search", Some(worth(8.0)), Some(4.0)), true)));
        news.add(told("proof", None, None));
        assert_eq!(news.take(), Some((told("proof", None, None), false)));
        assert_eq!(news.take(), None);
    }
}
