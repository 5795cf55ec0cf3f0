//! Places for requests at once, and for the bytes of their bodies. A request gives its place away while its body comes, so
//! that a crowd of slow clients takes nobody's place; what has come of all bodies together is bounded too.

use super::problem::{Problem, ProblemKind};
use super::settings::Limits;
use axum::body::Body;
use futures_util::{StreamExt as _, stream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// All places.
pub(super) struct Places {
    requests: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
}

/// What one request holds of them, until it is answered.
#[derive(Clone)]
pub(super) struct Place(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    request: Option<OwnedSemaphorePermit>,
    bytes: Option<OwnedSemaphorePermit>,
}

impl Places {
    pub(super) fn new(limits: &Limits) -> Self {
        // A single body always fits.
        let bytes = limits.bodies_bytes.max(limits.body_bytes).min(Semaphore::MAX_PERMITS);
        Self { requests: Arc::new(Semaphore::new(limits.requests)), bytes: Arc::new(Semaphore::new(bytes)) }
    }

    /// A place for a request, or the word to come back.
    pub(super) fn take(&self) -> Result<Place, Problem> {
        let full = |_| Problem::retry(ProblemKind::Unavailable, "too many requests at once", 1);
        let request = Some(Arc::clone(&self.requests).try_acquire_owned().map_err(full)?);
        Ok(Place(Arc::new(Mutex::new(Held { request, bytes: None }))))
    }

    /// `body`, which gives away `place` when somebody begins to read it and takes one again when all of it is there. Where
    /// bodies together hold too much, it comes no further until others are done with.
    pub(super) fn lend(&self, body: Body, place: Place) -> Body {
        let (requests, bytes) = (Arc::clone(&self.requests), Arc::clone(&self.bytes));
        let begin = Some(body.into_data_stream());
        let chunks = stream::unfold(begin, move |rest| {
            let (place, requests, bytes) = (place.clone(), Arc::clone(&requests), Arc::clone(&bytes));
            async move {
                let mut rest = rest?;
                place.held().request = None;
                match rest.next().await {
                    Some(Ok(chunk)) => {
                        let size = u32::try_from(chunk.len()).unwrap_or(u32::MAX);
                        if let Ok(more) = bytes.acquire_many_owned(size).await {
                            place.hold(more);
                        }
                        Some((Ok(chunk), Some(rest)))
                    }
                    Some(Err(error)) => Some((Err(error), None)),
                    None => {
                        let request = requests.acquire_owned().await.ok();
                        place.held().request = request;
                        None
                    }
                }
            }
        });
        Body::from_stream(chunks)
    }
}

impl Place {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hold(&self, more: OwnedSemaphorePermit) {
        let mut held = self.held();
        match &mut held.bytes {
            Some(bytes) => bytes.merge(more),
            none => *none = Some(more),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_on_its_way_takes_no_place_and_a_read_one_does() {
        let limits = Limits { requests: 1, body_bytes: 10, bodies_bytes: 10, ..Limits::default() };
        let places = Places::new(&limits);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let slow = places.take().unwrap();
            assert!(places.take().is_err(), "two requests have one place");
            let chunks = stream::iter([Ok::<_, std::io::Error>("1234"), Ok("567")]).chain(stream::pending());
            let mut coming = places.lend(Body::from_stream(chunks), slow.clone()).into_data_stream();
            assert_eq!(coming.next().await.unwrap().unwrap(), "1234");
            assert_eq!(coming.next().await.unwrap().unwrap(), "567");
            let other = places.take().expect("a slow body gives its place away");
            assert_eq!(places.bytes.available_permits(), 3);
            drop((coming, slow));
            assert_eq!((places.bytes.available_permits(), places.requests.available_permits()), (10, 0));
            let mut whole = places.lend(Body::from("12"), other.clone()).into_data_stream();
            assert_eq!(whole.next().await.unwrap().unwrap(), "12");
            assert!(places.requests.available_permits() == 1 && whole.next().await.is_none());
            assert!(places.take().is_err(), "a request that has its body holds a place");
            drop(other);
            drop(whole);
            assert!(places.take().is_ok());
        });
    }
}
