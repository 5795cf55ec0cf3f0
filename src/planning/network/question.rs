//! The question in the solvers' numbers: a day's routes from any open sites, and what these cost over the planning period.

use super::{Evaluation, inbound};
use crate::model::problem::Network;
use crate::model::scenario::SiteStatus;
use crate::model::{NetworkChoice, Problem};
use crate::planning::rows::Rows;
use crate::planning::{compile, sizes};
use crate::routing::{self, Solution, Stocks};
use crate::siting;
use crate::units::{Cost, Load, SiteIdx, TimeWindow, VehicleTypeIdx};

/// Sites and routes, compiled.
pub(super) struct Question<'a> {
    pub(super) problem: &'a Problem,
    pub(super) network: &'a Network,
    /// A day's routes from all sites, without limits or rates of sites.
    pub(super) routes: routing::Problem,
    /// Most that a day's routes may bring from each site.
    pub(super) capacity: Vec<Load>,
    /// What a site costs more when it is open, over the planning period.
    pub(super) opening: Vec<Cost>,
    /// What a load unit costs at a site, a day: handling, and bringing it there from the cheapest supply.
    pub(super) rate: Vec<f64>,
    /// What a day's mandatory orders take.
    pub(super) needed: Load,
    /// What closing every site costs.
    all_closed: Cost,
}

impl<'a> Question<'a> {
    pub(super) fn new(problem: &'a Problem, network: &'a Network) -> Self {
        let siting = &network.siting;
        let sites = || (0..siting.sites.len()).map(SiteIdx::new);
        let routes = compile::routing(problem, &network.routing);
        let mandatory = network.routing.visits.iter().filter(|visit| visit.prize.is_none());
        Self {
            capacity: sites().map(|site| network.daily_capacity(site)).collect(),
            opening: sites().map(|site| network.cost_of_opening(site)).collect(),
            rate: sites().map(|site| rate(problem, network, site)).collect(),
            needed: mandatory.map(|visit| visit.delivery[0]).sum(),
            all_closed: siting.sites.iter().map(|site| site.closing).sum(),
            problem,
            network,
            routes,
        }
    }

    /// Number of sites.
    pub(super) fn n_sites(&self) -> usize {
        self.capacity.len()
    }

    /// Sites for customers of siting, who need load units of a day and are charged over the planning period.
    pub(super) fn siting(&self, customers: Vec<siting::Customer>) -> siting::Problem {
        let data = &self.network.siting;
        let sites = data.sites.iter().zip(&self.capacity).map(|(site, &capacity)| siting::Site {
            status: sizes::status(site.status),
            open: site.sizes[0].opening + site.sizes[0].operating,
            closed: site.closing,
            capacity: (capacity < Load::HUGE).then_some(capacity),
            spending: site.sizes[0].opening,
            ..siting::Site::FREE
        });
        let problem = siting::Problem::new(sites.collect(), customers, Vec::new(), 1, data.min_open..=data.max_open);
        match data.budget {
            Some(budget) => problem.with_funds(budget),
            None => problem,
        }
    }

    /// What a visit comes to over the planning period whose delivery from a site costs so much a day, with what its load costs
    /// there; rounded down.
    pub(super) fn over_the_period(&self, site: usize, row: usize, delivery: f64) -> f64 {
        let load = self.network.routing.visits[row].delivery.first().copied().unwrap_or(Load::ZERO);
        let whole = (delivery + self.rate[site] * load.get() as f64) * self.network.days as f64;
        (whole - 1e-12 * whole.abs()).floor()
    }

    /// Whether sites may be open together, and have room for all that must be served.
    pub(super) fn allows(&self, open: &[bool]) -> bool {
        let siting = &self.network.siting;
        let rows = || open.iter().enumerate().filter(|(_, open)| **open).map(|(row, _)| row);
        let n_open = rows().count();
        let keeps_status = siting.sites.iter().zip(open).all(|(site, &open)| match site.status {
            SiteStatus::Required => open,
            SiteStatus::Forbidden => !open,
            SiteStatus::Candidate | SiteStatus::Existing => true,
        });
        let spent: Cost = rows().map(|row| siting.sites[row].sizes[0].opening).sum();
        let room = rows().map(|row| self.capacity[row].get()).fold(0, i64::saturating_add);
        keeps_status
            && (siting.min_open..=siting.max_open).contains(&n_open)
            && siting.budget.is_none_or(|budget| spent <= budget)
            && room >= self.needed.get()
    }

    /// A day's routes from open sites alone, and the vehicle type of the whole question that each of its own is.
    pub(super) fn routes_from(&self, open: &[bool]) -> (routing::Problem, Vec<VehicleTypeIdx>) {
        let bases = &self.network.bases;
        let types: Vec<VehicleTypeIdx> =
            (0..bases.len()).filter(|&row| open[bases[row].get()]).map(VehicleTypeIdx::new).collect();
        let count = |it: VehicleTypeIdx| self.routes.vehicle_type(it).count;
        let vehicles: Vec<_> = types.iter().map(|&it| (it, count(it), TimeWindow::ALWAYS)).collect();
        let problem = self.routes.with_slots(&vehicles, &[]);
        let problem = match self.stocks(open, &types) {
            Some(stocks) => problem.with_stocks(Some(stocks)),
            None => problem,
        };
        let rates = || types.iter().map(|it| self.rate[bases[it.get()].get()]);
        let is_alike = rates().zip(rates().skip(1)).all(|(one, other)| one.total_cmp(&other).is_eq());
        if is_alike {
            return (problem, types);
        }
        // What is the same everywhere decides nothing.
        let least = rates().fold(f64::INFINITY, f64::min);
        let load_rates = rates().map(|rate| Cost::new((rate - least).round() as i64)).collect();
        (problem.with_load_rates(load_rates), types)
    }

    /// The largest and cheapest sites together, as many as it takes until there is room for all.
    pub(super) fn roomy_set(&self) -> Option<Vec<bool>> {
        let siting = &self.network.siting;
        let mut set: Vec<bool> = siting.sites.iter().map(|site| site.status == SiteStatus::Required).collect();
        let may_open = |site: &usize| match siting.sites[*site].status {
            SiteStatus::Candidate | SiteStatus::Existing => true,
            SiteStatus::Required | SiteStatus::Forbidden => false,
        };
        let mut order: Vec<usize> = (0..set.len()).filter(may_open).collect();
        order.sort_by_key(|&site| (-self.capacity[site].min(self.needed), self.opening[site], site));
        for site in order {
            if self.allows(&set) {
                break;
            }
            set[site] = true;
        }
        self.allows(&set).then_some(set)
    }

    /// What open sites limit; `None` where none of them can run short.
    fn stocks(&self, open: &[bool], types: &[VehicleTypeIdx]) -> Option<Stocks> {
        let customers = self.routes.customers();
        let whole: Load =
            customers.iter().map(|customer| customer.delivery.first().copied().unwrap_or(Load::ZERO)).sum();
        let mut row_of = vec![None; open.len()];
        let mut most = Vec::new();
        for site in (0..open.len()).filter(|&site| open[site] && self.capacity[site] < whole) {
            row_of[site] = Some(most.len() / self.routes.n_dimensions());
            most.push(self.capacity[site]);
            most.extend(std::iter::repeat_n(Load::HUGE, self.routes.n_dimensions() - 1));
        }
        (!most.is_empty()).then(|| Stocks {
            most,
            starts: types.iter().map(|it| row_of[self.network.bases[it.get()].get()]).collect(),
            reloads: vec![None; customers.len()],
            is_brought: vec![true; customers.len()],
        })
    }

    /// What open sites cost over the planning period beside their routes; `None` where it depends on these.
    pub(super) fn cost_beside_routes(&self, open: &[bool]) -> Option<Cost> {
        let is_free = self.rate.iter().all(|&rate| rate.total_cmp(&0.0).is_eq());
        let of_sites: Cost = (0..open.len()).filter(|&site| open[site]).map(|site| self.opening[site]).sum();
        is_free.then(|| self.all_closed + of_sites)
    }

    /// What open sites with a day's routes come to; sites without routes are closed where that saves. `None` where
    /// supplies do not suffice.
    pub(super) fn evaluated(&self, open: &[bool], mut routes: Solution) -> Option<Evaluation> {
        let (network, siting) = (self.network, &self.network.siting);
        // Limits and rates of sites are no part of these routes' cost.
        routes.cost = routing::evaluate::cost(&self.routes, &routes).ok()?;
        let mut delivered = vec![Load::ZERO; open.len()];
        let mut is_used = vec![false; open.len()];
        for route in &routes.routes {
            let site = network.bases[route.vehicle_type.get()].get();
            is_used[site] = true;
            delivered[site] += route.visits.iter().map(|&visit| self.routes.customer(visit).delivery[0]).sum();
        }
        let mut open = open.to_vec();
        let mut idle: Vec<usize> = (0..open.len())
            .filter(|&site| open[site] && !is_used[site] && siting.sites[site].status != SiteStatus::Required)
            .filter(|&site| self.opening[site] > Cost::ZERO)
            .collect();
        idle.sort_by_key(|&site| (-self.opening[site], site));
        let spare = open.iter().filter(|&&open| open).count().saturating_sub(siting.min_open);
        idle.into_iter().take(spare).for_each(|site| open[site] = false);
        let throughput: Vec<Load> = delivered.iter().map(|&load| network.throughput(load)).collect();
        let flows = inbound::flows(self.problem, network, &throughput)?;
        let of_sites: Cost = (0..open.len()).filter(|&site| open[site]).map(|site| self.opening[site]).sum();
        let handling = throughput
            .iter()
            .zip(&siting.sites)
            .map(|(&load, site)| Cost::from_currency(load.get() as f64 / siting.flow_scale * site.sizes[0].handling));
        let cost = self.all_closed + of_sites + handling.sum() + flows.cost + routes.cost * network.days;
        let n_missing = routing::n_missing(&self.routes, &routes);
        let n_left_out = routing::n_left_out(&self.routes, &routes);
        Some(Evaluation { open, routes, n_missing, n_left_out, cost, inflows: flows.flows })
    }

    /// An evaluation by rows of the scenario.
    pub(super) fn choice(&self, found: &Evaluation) -> NetworkChoice {
        NetworkChoice {
            open: found.open.clone(),
            inflows: found.inflows.clone(),
            routes: Rows::new(&self.network.routing).choice(&found.routes),
        }
    }
}

/// What a load unit costs at a site, in millionths a day.
fn rate(problem: &Problem, network: &Network, site: SiteIdx) -> f64 {
    let siting = &network.siting;
    let inbound = siting.supply_lines.iter().map(|line| line.unit_cost + problem.inbound_rate(siting, line, site));
    let cheapest = inbound.reduce(f64::min).unwrap_or(0.0);
    let per_unit = siting.sites[site.get()].sizes[0].handling + cheapest;
    per_unit * Cost::PER_CURRENCY as f64 / network.routing.scales[0]
}
