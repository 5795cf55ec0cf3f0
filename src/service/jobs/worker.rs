//! Hands jobs to solver processes, and keeps what they find.

use super::frames::{FromSolver, NoPlan, Start};
use super::hub::Hub;
use super::news::News;
use super::solver::Solver;
use super::state::{Command, Ending, Job, Progress, Worth};
use super::store::{Document, Store, StoreError};
use crate::model::{parse_plan, parse_scenario};
use crate::service::compress::{pack, unpack};
use crate::service::problem::{Problem, ProblemKind};
use crate::service::settings::Settings;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, sleep_until};

/// How often the queue is looked at without a call.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How soon after the claim a worker beats for the first time, at the latest.
const FIRST_BEAT: Duration = Duration::from_millis(250);
/// What a solver may take beyond its time limit before it is told to stop: reading the scenario and checking the plan
/// of a large one.
const GRACE: f64 = 5.0;

/// Everything a worker needs.
#[derive(Clone)]
pub struct Worker {
    /// Where jobs are.
    pub store: Arc<Store>,
    /// Whom to wake.
    pub hub: Arc<Hub>,
    /// Limits, and how to start a solver.
    pub settings: Arc<Settings>,
}

impl Worker {
    /// Works until `stop` is raised and the attempts that run have handed back what they have.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let slots = Arc::new(Semaphore::new(self.settings.solvers));
        while !*stop.borrow() {
            let slot = tokio::select! {
                slot = Arc::clone(&slots).acquire_owned() => slot.expect("the semaphore is never closed"),
                _ = stop.changed() => break,
            };
            let limits = &self.settings.limits;
            match self.store.claim(limits.lease_seconds, limits.running_per_tenant).await {
                Ok(Some(job)) => {
                    self.hub.call(&job.id);
                    let (worker, stop) = (self.clone(), stop.clone());
                    tokio::spawn(async move {
                        worker.attempt(job, stop).await;
                        drop(slot);
                    });
                    continue;
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "cannot look for jobs"),
            }
            drop(slot);
            tokio::select! {
                _ = self.hub.queued.notified() => {}
                _ = sleep(LOOK_EVERY) => {}
                _ = stop.changed() => {}
            }
        }
        // Every attempt holds a slot until its end.
        let _ = slots.acquire_many(self.settings.solvers as u32).await;
    }

    /// One attempt at a job, from the claim to its end.
    async fn attempt(&self, job: Job, stop: watch::Receiver<bool>) {
        let (id, epoch) = (job.id.clone(), job.epoch);
        tracing::info!(job = %id, epoch, attempt = job.attempts, "solving");
        let outcome = match self.prepare(&job).await {
            Ok((start, best)) => self.solve(&job, start, best, stop).await,
            Err(error) => Err(error),
        };
        match outcome {
            Ok(None) => tracing::info!(job = %id, epoch, "the job is no longer this attempt's"),
            Ok(Some((ending, plan))) => {
                self.end(&id, epoch, ending, plan).await;
            }
            // The lease runs out, and somebody takes the job from its best incumbent.
            Err(error) => tracing::error!(job = %id, epoch, %error, "lost the store"),
        }
        self.hub.call(&id);
        self.hub.queued.notify_one();
    }

    /// What the solver gets, and the plan that it starts from.
    async fn prepare(&self, job: &Job) -> Result<(Start, Option<Kept>), StoreError> {
        let documents = self.store.documents(&job.id).await?;
        let of = |kind| documents.iter().find(|(known, _)| *known == kind).map(|(_, body)| body.as_slice());
        let scenario = unpack(of(Document::Scenario).ok_or(StoreError::Unknown)?);
        let incumbent = of(Document::Incumbent).map(unpack);
        // A what-if begins with the plan that it varies, which is no plan of its own yet.
        let varied = match (&incumbent, &job.base) {
            (None, Some(base)) => self.store.document(base, Document::Plan).await?.as_deref().map(unpack),
            (Some(_), _) | (_, None) => None,
        };
        let questions = of(Document::Questions).and_then(|it| serde_json::from_slice(it).ok()).unwrap_or_default();
        let threads = self.settings.threads;
        let read = tokio::task::spawn_blocking(move || {
            let scenario_document = parse_scenario(&scenario).ok();
            let limits = scenario_document.as_ref().map(|document| document.limits.clone()).unwrap_or_default();
            let time = scenario_document
                .as_ref()
                .and_then(|document| limits.time.or(crate::planning::default_time(document.kind, limits.iterations)));
            let kept = scenario_document.zip(incumbent.as_deref().map(parse_plan).and_then(Result::ok));
            let kept = kept.zip(incumbent.clone()).map(|((document, plan), text)| {
                let (unserved, vehicles, _) = crate::planning::rank(&document, &plan);
                let worth =
                    Worth { unserved: unserved as i64, vehicles: i64::from(vehicles), cost: plan.summary.total };
                Kept { worth, status: super::child::status_name(&plan), plan: text }
            });
            let threads = limits.threads.map_or(threads, |asked| threads.min(asked as usize)).max(1);
            (Start { scenario, warm_start: incumbent.or(varied), time, threads, questions }, kept)
        });
        read.await.map_err(|_| StoreError::Unknown)
    }

    /// Runs a solver. How the attempt ended, with the plan; `None` when the job is no longer this attempt's.
    async fn solve(
        &self,
        job: &Job,
        start: Start,
        mut best: Option<Kept>,
        mut stop: watch::Receiver<bool>,
    ) -> Result<Option<(Ending, Option<String>)>, StoreError> {
        let limits = &self.settings.limits;
        let call = self.hub.attempt(&job.id);
        let asked = start.time.unwrap_or(limits.solve_seconds);
        let hard_stop = Instant::now() + Duration::from_secs_f64(asked * 1.05 + GRACE);
        let mut solver = match Solver::start(&self.settings, start) {
            Ok(solver) => solver,
            Err(error) => return Ok(Some((self.crash(&format!("cannot start a solver: {error}")), None))),
        };
        // The claim was a beat; who asked to stop just then is heard soon.
        let every = Duration::from_secs_f64(limits.lease_seconds / 10.0);
        let mut beat = interval_at(Instant::now() + every.min(FIRST_BEAT), every);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut kill_at: Option<Instant> = None;
        let mut released = *stop.borrow();
        let grace = Duration::from_secs_f64(limits.kill_grace_seconds);
        let mut ask_to_stop = released || job.cancel_requested;
        let mut news = News::new();
        loop {
            if ask_to_stop && kill_at.is_none() {
                kill_at = Some(Instant::now() + grace);
                solver.stop();
            }
            let deadline = kill_at.unwrap_or(hard_stop);
            tokio::select! {
                message = solver.news() => match message {
                    Some(FromSolver::Progress(progress)) => news.add(progress),
                    Some(FromSolver::Incumbent { worth, plan }) => {
                        if best.as_ref().is_none_or(|best| worth < best.worth) {
                            best = Some(Kept { worth, status: "feasible".to_owned(), plan });
                            news.add_plan(worth);
                        }
                    }
                    Some(FromSolver::Plan { worth, bound, status, plan }) => {
                        let found = Kept { worth, status, plan };
                        let best = match best {
                            // A search that starts from a plan may come back with less.
                            Some(best) if best.worth < found.worth => best,
                            Some(_) | None => found,
                        };
                        if released && !job_is_finished(&best.status) {
                            news.add(Progress { bound, ..Progress::default() });
                            news.add_plan(best.worth);
                            self.write(job, &mut news, Some(&best)).await?;
                            return Ok(Some((Ending::Released, None)));
                        }
                        return Ok(Some((best.ending(bound.or(news.bound())), Some(best.plan))));
                    }
                    Some(FromSolver::NoPlan(reason)) => return Ok(Some(match best {
                        Some(best) => (best.ending(news.bound()), Some(best.plan)),
                        None if released => (Ending::Released, None),
                        None => (Ending::NoPlan(no_plan(&reason).to_json()), None),
                    })),
                    None => {
                        // The next attempt goes on from the last plan that was handed over.
                        if !self.write(job, &mut news, best.as_ref()).await? {
                            return Ok(None);
                        }
                        let cause = solver.cause().await;
                        tracing::warn!(job = %job.id, epoch = job.epoch, cause, "the solver died");
                        return Ok(Some((if released { Ending::Released } else { self.crash(&cause) }, None)));
                    }
                },
                _ = beat.tick() => match self.beat(job).await? {
                    None => return Ok(None),
                    Some(cancel) => ask_to_stop |= cancel,
                },
                _ = call.notified() => match self.beat(job).await? {
                    None => return Ok(None),
                    Some(cancel) => ask_to_stop |= cancel,
                },
                _ = sleep_until(news.due), if news.is_some() => {
                    if !self.write(job, &mut news, best.as_ref()).await? {
                        return Ok(None);
                    }
                }
                _ = sleep_until(deadline) => {
                    if kill_at.is_none() {
                        ask_to_stop = true;
                        continue;
                    }
                    solver.kill().await;
                    if !self.write(job, &mut news, best.as_ref()).await? {
                        return Ok(None);
                    }
                    return Ok(Some(match best {
                        _ if released => (Ending::Released, None),
                        Some(best) => (best.ending(None), Some(best.plan)),
                        None => (self.crash("the solver did not stop when it was told to"), None),
                    }));
                }
                _ = stop.changed(), if !released => {
                    released = true;
                    ask_to_stop = true;
                }
            }
        }
    }

    /// Whether somebody asked to stop; `None` when the job is no longer this attempt's.
    async fn beat(&self, job: &Job) -> Result<Option<bool>, StoreError> {
        let lease = self.settings.limits.lease_seconds;
        let beat = Command::Beat { epoch: job.epoch, lease };
        match self.told(&job.id, &beat, None).await {
            Ok(job) => Ok(Some(job.cancel_requested)),
            Err(StoreError::Refused(_) | StoreError::Unknown) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes what is new, with `best` where that is new. Whether the job is still this attempt's.
    async fn write(&self, job: &Job, news: &mut News, best: Option<&Kept>) -> Result<bool, StoreError> {
        let Some((progress, with_plan)) = news.take() else { return Ok(true) };
        let packed = best.filter(|_| with_plan).map(|best| pack(&best.plan));
        let command = Command::Progress { epoch: job.epoch, progress, with_plan: packed.is_some() };
        let document = packed.as_deref().map(|plan| (Document::Incumbent, plan));
        match self.told(&job.id, &command, document).await {
            Ok(_) => {
                self.hub.call(&job.id);
                Ok(true)
            }
            Err(StoreError::Refused(_) | StoreError::Unknown) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Ends the attempt; whether the store has its ending. A commit whose answer was lost is found in the store, not
    /// reported as somebody else's.
    pub(super) async fn end(&self, id: &str, epoch: i64, ending: Ending, plan: Option<String>) -> bool {
        let packed = plan.map(|plan| pack(&plan));
        let document = packed.as_deref().map(|plan| (Document::Plan, plan));
        let command = Command::End { epoch, ending };
        match self.told(id, &command, document).await {
            Ok(job) => {
                let took = job.finished.zip(job.started).map(|(finished, started)| finished - started);
                tracing::info!(job = %id, epoch, state = job.state.name(), cost = ?job.best.map(|it| it.cost), ?took, "ended");
                return true;
            }
            Err(StoreError::Refused(refusal)) => match self.store.epoch_of(id, Document::Plan).await {
                Ok(Some(published)) if published == epoch => {
                    tracing::info!(job = %id, epoch, "had ended already");
                    return true;
                }
                Ok(_) => tracing::warn!(job = %id, epoch, %refusal, "came too late"),
                Err(error) => tracing::error!(job = %id, epoch, %error, "lost the store"),
            },
            Err(error) => tracing::error!(job = %id, epoch, %error, "lost the store"),
        }
        false
    }

    /// Tells the store, again and again while it is down, for as long as the lease may last.
    async fn told(&self, id: &str, command: &Command, document: Option<(Document, &[u8])>) -> Result<Job, StoreError> {
        let until = Instant::now() + Duration::from_secs_f64(self.settings.limits.lease_seconds);
        loop {
            match self.store.command(id, command, document).await {
                Err(error @ (StoreError::Database(_) | StoreError::Shared(_))) if Instant::now() < until => {
                    tracing::warn!(%error, "the store is down, trying again");
                    sleep(Duration::from_millis(200)).await;
                }
                outcome => return outcome,
            }
        }
    }

    fn crash(&self, cause: &str) -> Ending {
        Ending::Crash(Problem::new(ProblemKind::SolverCrashed, cause).to_json())
    }
}

/// A plan that an attempt has.
struct Kept {
    worth: Worth,
    status: String,
    plan: String,
}

impl Kept {
    fn ending(&self, bound: Option<f64>) -> Ending {
        Ending::Plan { worth: self.worth, bound, status: self.status.clone() }
    }
}

/// Whether a status says that more search would find nothing.
fn job_is_finished(status: &str) -> bool {
    status == "optimal"
}

fn no_plan(reason: &NoPlan) -> Problem {
    let kind = match reason.code.as_str() {
        "infeasible" => ProblemKind::Infeasible,
        "nothing_found" => ProblemKind::NothingFound,
        "too_large" => ProblemKind::TooLarge,
        "invalid_scenario" => ProblemKind::InvalidScenario,
        _ => ProblemKind::Internal,
    };
    Problem::new(kind, &reason.detail).with_reasons(&reason.reasons)
}
