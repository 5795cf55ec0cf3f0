//! What was asked of the store a moment ago, and need not be asked again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Most answers that are kept.
const MOST: usize = 10_000;

/// Answers by their question, each for a short while.
pub(super) struct Recent<A> {
    life: Duration,
    answers: Mutex<HashMap<String, (Instant, A)>>,
}

impl<A> Recent<A> {
    pub(super) fn new(life: Duration) -> Self {
        Self { life, answers: Mutex::default() }
    }

    /// Does something with an answer, where there is one.
    pub(super) fn with<T>(&self, question: &str, work: impl FnOnce(&mut A) -> T) -> Option<T> {
        let mut answers = self.answers();
        let (told, answer) = answers.get_mut(question)?;
        (told.elapsed() < self.life).then(|| work(answer))
    }

    pub(super) fn keep(&self, question: String, answer: A) {
        let mut answers = self.answers();
        if answers.len() >= MOST {
            answers.retain(|_, (told, _)| told.elapsed() < self.life);
        }
        if answers.len() < MOST {
            answers.insert(question, (Instant::now(), answer));
        }
    }

    fn answers(&self) -> MutexGuard<'_, HashMap<String, (Instant, A)>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_kept_for_its_life() {
        let day = Recent::new(Duration::from_secs(86_400));
        assert_eq!(day.with("a", |it: &mut u32| *it), None);
        day.keep("a".to_owned(), 7);
        assert_eq!(day.with("a", std::mem::take), Some(7));
        assert_eq!((day.with("a", |it| *it), day.with("b", |it| *it)), (Some(0), None));
        let over = Recent::new(Duration::ZERO);
        for i in 0..2 * MOST {
            over.keep(i.to_string(), i);
        }
        assert_eq!(over.with("5", |it| *it), None);
        assert!(over.answers().len() <= MOST);
    }
}
