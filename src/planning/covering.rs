//! Objectives that look at reach alone: compile, solve, let prices or distances decide who serves whom, assemble.

use super::proof;
use super::siting::{explain, warm_start};
use super::turns::{Turn, Turned, try_turns};
use super::{Options, PlanError, compile, ended, prove};
use crate::model::plan::{Plan, Status};
use crate::model::problem::{DemandLine, Siting, Size};
use crate::model::scenario::{Lane, Measure, Objective, SiteStatus};
use crate::model::{Problem, SitingChoice, siting_plan};
use crate::search::{Budget, Event, Observer, Silent};
use crate::siting::{self, Covering, Flow, Params};
use crate::units::{Cost, Distance, Duration, Load, SiteIdx};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

/// An answer in the solver's terms.
struct Answer {
    open: Vec<bool>,
    /// Who serves whom, where capacities matter.
    flows: Vec<Flow>,
    /// The least total that any plan can have.
    bound: Cost,
    /// What proves it.
    kind: &'static str,
}

pub(super) fn plan(
    problem: &Problem,
    data: &Siting,
    options: &Options<'_>,
    observer: &dyn Observer,
) -> Result<Plan, PlanError> {
    let asks = options.certificate || options.prices || options.alternatives > 0;
    let first = if asks { options.share(SOLVING) } else { *options };
    let answer = answer(problem, data, &first, observer)?;
    let nothing = || PlanError::NothingFound { cancelled: options.cancel.load(Ordering::Relaxed) };
    let Some(answer) = answer else { return Err(nothing()) };
    let choice = serve(problem, data, options, &answer)?.ok_or_else(nothing)?;
    let mut plan = siting_plan(problem, data, &choice);
    let closed = prove(&mut plan, answer.bound, answer.kind);
    plan.status = if closed { Status::Optimal } else { ended(options, first.budget().out_of_time()) };
    if options.certificate {
        plan.certificate = proof::certificate(problem, data, answer.bound, options)?;
    }
    if options.prices || options.alternatives > 0 {
        explore(problem, data, &answer, options, &mut plan);
    }
    Ok(plan)
}

/// Share of the time for the plan itself where more is asked for beside it.
const SOLVING: f64 = 0.6;

fn answer(
    problem: &Problem,
    data: &Siting,
    options: &Options<'_>,
    observer: &dyn Observer,
) -> Result<Option<Answer>, PlanError> {
    if problem.scenario.objective == Objective::MaxCover {
        most_covered(problem, data, options, observer)
    } else {
        all_covered(problem, data, options, observer)
    }
}

/// Puts prices of sites and alternatives into `plan`, as far as they are asked for: each decision is turned in the scenario
/// itself.
fn explore(problem: &Problem, data: &Siting, answer: &Answer, options: &Options<'_>, plan: &mut Plan) {
    let is_free = |&site: &usize| matches!(data.sites[site].status, SiteStatus::Candidate | SiteStatus::Existing);
    // To do without an open site is the first question.
    let (open, closed): (Vec<usize>, Vec<usize>) =
        (0..data.sites.len()).filter(is_free).partition(|&site| answer.open[site]);
    let turns = open.into_iter().chain(closed).map(|site| Turn::new(site, answer.bound)).collect();
    let retry = |site: usize, budget: &Budget<'_>| {
        let mut turned = data.clone();
        turned.sites[site].status = if answer.open[site] { SiteStatus::Forbidden } else { SiteStatus::Required };
        let until = budget.deadline.map(|deadline| deadline.saturating_duration_since(options.started));
        let part = Options {
            time: until,
            iterations: options.iterations.map(|_| budget.iterations),
            gap: budget.gap,
            warm_start: None,
            ..*options
        };
        match self::answer(problem, &turned, &part, &Silent) {
            Ok(Some(found)) => Turned {
                bound: found.bound,
                plan: serve(problem, data, &part, &found)
                    .ok()
                    .flatten()
                    .map(|choice| siting_plan(problem, data, &choice)),
                is_impossible: false,
            },
            Err(PlanError::Infeasible(_)) => Turned { bound: Cost::HUGE, plan: None, is_impossible: true },
            Ok(None) | Err(_) => Turned { bound: answer.bound, plan: None, is_impossible: false },
        }
    };
    try_turns(problem, turns, retry, options, plan);
}

/// Set covering and p-center: every demand is covered, by as few sites or from as near as can be.
fn all_covered(
    problem: &Problem,
    data: &Siting,
    options: &Options<'_>,
    observer: &dyn Observer,
) -> Result<Option<Answer>, PlanError> {
    let compiled = compile::reaching(problem, (data, Distance::HUGE), &options.budget(), |site, line| {
        Some(problem.reach(data, site, line) as f64)
    })?;
    let start = options.warm_start.map(|plan| warm_start(problem, plan));
    let params = Params { method: options.method, ..Params::default() };
    let search = if problem.scenario.objective == Objective::SetCover { siting::fewest } else { siting::center };
    let found = search(&compiled, start.as_deref(), &params, &options.budget(), options.seed, observer);
    if let Some(reason) = found.infeasible {
        return Err(PlanError::Infeasible(explain(problem, data, &reason)));
    }
    let Covering { open, flows, lower_bound, .. } = found;
    let bound = Cost::from_currency(lower_bound as f64);
    Ok(open.map(|open| Answer { open, flows, bound, kind: "set covering" }))
}

/// Maximal covering: what the open sites do not cover counts by its quantity.
fn most_covered(
    problem: &Problem,
    data: &Siting,
    options: &Options<'_>,
    observer: &dyn Observer,
) -> Result<Option<Answer>, PlanError> {
    let compiled = if is_free(data) { merged(problem, data, options)? } else { everywhere(problem, data, options)? };
    let n_sites = data.sites.len();
    let n_outside = compiled.sites().len() - n_sites;
    let start = options.warm_start.map(|plan| siting::Solution {
        open: warm_start(problem, plan).into_iter().chain(std::iter::repeat_n(true, n_outside)).collect(),
        plants: Vec::new(),
        flows: Vec::new(),
        inflows: Vec::new(),
        cost: Cost::HUGE,
    });
    let params = Params { method: options.method, ..Params::default() };
    // Costs are flow units, so that they are whole numbers.
    let unit = Cost::PER_CURRENCY / data.flow_scale as i64;
    let scaled = Scaled { observer, unit };
    let outcome = siting::solve(&compiled, start.as_ref(), &params, &options.budget(), options.seed, &scaled);
    if let Some(reason) = outcome.infeasible {
        return Err(PlanError::Infeasible(explain(problem, data, &reason)));
    }
    let bound = outcome.lower_bound.max(Cost::ZERO) * unit;
    Ok(outcome.solution.map(|solution| {
        let flows = if n_outside > 0 { Vec::new() } else { solution.flows };
        Answer { open: solution.open[..n_sites].to_vec(), flows, bound, kind: "Lagrangian" }
    }))
}

/// Whether any open site can serve any demand, if need be from beyond the radius.
fn is_free(data: &Siting) -> bool {
    let is_open_to_all = |line: &DemandLine| {
        line.max_distance == Distance::HUGE && line.max_duration == Duration::HUGE && line.forbidden_sites.is_empty()
    };
    let has_room = |size: &Size| size.capacity.is_none() && size.product_capacity.is_empty();
    data.sites.iter().all(|site| has_room(&site.sizes[0])) && data.demand_lines.iter().all(is_open_to_all)
}

/// Maximal covering where any site can serve what is not covered: an outside site stands for all of them, and demand
/// lines that the same sites cover are one row.
fn merged(problem: &Problem, data: &Siting, options: &Options<'_>) -> Result<siting::Problem, PlanError> {
    let radius = match (data.measure, data.radius) {
        (Measure::Distance, Some(radius)) => Distance::new(radius),
        _ => Distance::HUGE,
    };
    let within = compile::reaching(problem, (data, radius), &options.budget(), |site, line| {
        is_covered(problem, data, site, line).then_some(0.0)
    })?;
    let mut rows: BTreeMap<Vec<u32>, Load> = BTreeMap::new();
    for customer in within.customers() {
        let sites = customer.services.iter().map(|service| service.site.get() as u32).collect();
        *rows.entry(sites).or_insert(Load::ZERO) += customer.demand;
    }
    let outside = SiteIdx::new(data.sites.len());
    let customers = rows.into_iter().map(|(sites, demand)| {
        let inside = sites.iter().map(|&site| siting::Service { site: SiteIdx::new(site as usize), cost: 0.0 });
        let services = inside.chain([siting::Service { site: outside, cost: demand.get() as f64 }]).collect();
        let product = data.demand_lines[0].product;
        siting::Customer { product, demand, weight: demand, single_source: false, services, rest: f64::INFINITY }
    });
    let sites = within
        .sites()
        .iter()
        .cloned()
        .chain([siting::Site { status: siting::SiteStatus::Required, ..siting::Site::FREE }]);
    let counts = data.min_open.max(1) + 1..=data.max_open + 1;
    Ok(siting::Problem::new(sites.collect(), customers.collect(), Vec::new(), data.products.len(), counts))
}

/// Maximal covering where limits decide who may serve what is not covered.
fn everywhere(problem: &Problem, data: &Siting, options: &Options<'_>) -> Result<siting::Problem, PlanError> {
    compile::reaching(problem, (data, Distance::HUGE), &options.budget(), |site, line| {
        Some(if is_covered(problem, data, site, line) { 0.0 } else { line.quantity.get() as f64 })
    })
}

fn is_covered(problem: &Problem, data: &Siting, site: SiteIdx, line: &DemandLine) -> bool {
    data.radius.is_none_or(|radius| problem.reach(data, site, line) <= radius)
}

/// Who serves whom among the open sites: as much as the answer covers stays covered, as near as it reaches is kept, and
/// then outbound prices decide, or distances where there are none.
fn serve(
    problem: &Problem,
    data: &Siting,
    options: &Options<'_>,
    answer: &Answer,
) -> Result<Option<SitingChoice>, PlanError> {
    let lane = &problem.scenario.lanes.outbound;
    let by_price = *lane != Lane::default();
    let rate = |site: SiteIdx, line: &DemandLine| {
        if by_price { problem.outbound_rate(data, site, line) } else { problem.reach(data, site, line) as f64 }
    };
    let open: Vec<SiteIdx> = (0..answer.open.len()).filter(|&row| answer.open[row]).map(SiteIdx::new).collect();
    let dearest =
        data.demand_lines.iter().flat_map(|line| open.iter().map(move |&site| rate(site, line))).fold(0.0, f64::max);
    // Beyond what any rearrangement of the flows could save.
    let uncovered = 2.0 * (dearest + 1.0) * (open.len() + 1) as f64;
    let limit =
        if problem.scenario.objective == Objective::PCenter { farthest(problem, data, &open, answer) } else { None };
    // An answer that is found is served however long that takes.
    let unlimited = Budget { deadline: None, ..options.budget() };
    let within = limit.filter(|_| data.measure == Measure::Distance).map_or(Distance::HUGE, Distance::new);
    let priced = compile::reaching(problem, (data, within), &unlimited, |site, line| {
        if !answer.open[site.get()] || limit.is_some_and(|limit| problem.reach(data, site, line) > limit) {
            return None;
        }
        let beyond = if is_covered(problem, data, site, line) { 0.0 } else { uncovered };
        let quantity = line.quantity.get() as f64 / data.flow_scale;
        Some((rate(site, line) + beyond) * quantity * Cost::PER_CURRENCY as f64)
    })?;
    let solution = siting::flows(&priced, &answer.open, &options.budget());
    let choose = |flows: &[Flow]| SitingChoice {
        open: answer.open.clone(),
        flows: flows.iter().map(|flow| (flow.site.get(), flow.customer.get(), flow.amount)).collect(),
        ..SitingChoice::default()
    };
    let covered = |flows: &[Flow]| -> Load {
        let within =
            flows.iter().filter(|it| is_covered(problem, data, it.site, &data.demand_lines[it.customer.get()]));
        within.map(|flow| flow.amount).sum()
    };
    let found = solution.map(|solution| solution.flows);
    let found = found.filter(|flows| answer.flows.is_empty() || covered(flows) >= covered(&answer.flows));
    Ok(found.or_else(|| (!answer.flows.is_empty()).then(|| answer.flows.clone())).map(|flows| choose(&flows)))
}

/// How far the answer reaches: by its flows, or by the nearest open site of every line.
fn farthest(problem: &Problem, data: &Siting, open: &[SiteIdx], answer: &Answer) -> Option<i64> {
    let by_flow =
        answer.flows.iter().map(|flow| problem.reach(data, flow.site, &data.demand_lines[flow.customer.get()]));
    let nearest = |line: &DemandLine| {
        let sites = open.iter().filter(|&&site| problem.may_serve(data, site, line));
        sites.map(|&site| problem.reach(data, site, line)).min()
    };
    by_flow.max().or_else(|| data.demand_lines.iter().filter_map(nearest).max())
}

/// Tells of costs in another unit.
struct Scaled<'a> {
    observer: &'a dyn Observer,
    /// Millionths in one.
    unit: i64,
}

impl Observer for Scaled<'_> {
    fn on(&self, event: Event) {
        let scaled =
            |cost: Cost| Cost::new(cost.get().saturating_mul(self.unit).clamp(-Cost::HUGE.get(), Cost::HUGE.get()));
        self.observer.on(match event {
            Event::Phase(phase) => Event::Phase(phase),
            Event::Incumbent { cost, unserved } => Event::Incumbent { cost: scaled(cost), unserved },
            Event::LowerBound(bound) => Event::LowerBound(scaled(bound).max(Cost::ZERO)),
        });
    }
}
