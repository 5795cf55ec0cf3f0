//! The exact flow of one commodity over many open sites, where each change stays among its neighbors.
//!
//! Every row knows the open ones among its cheapest sites. What is above a site's capacity moves along shortest paths to
//! the nearest room, and a new site draws along shortest paths what saves most. Such a path ends after a few sites, each a
//! pass over a table of what a unit costs to every open site; what else a change costs is up to the surroundings that it
//! touches, whatever the size of the problem. It can be taken back.
//! The worth of a unit of each site's capacity, zero where there is room, keeps reduced costs from falling below zero.
//! Source: successive shortest paths, Ahuja, Magnanti & Orlin (1993), Network Flows, section 9.7.

mod movers;
mod paths;
mod record;
#[cfg(test)]
mod tests;

use super::super::prepared::Prepared;
use super::super::solution::{Flow, Solution};
use super::{complete, reflow};
use crate::units::{CustomerIdx, Load, SiteIdx};
use movers::Movers;
use paths::Search;
pub(crate) use record::Mark;
use record::Record;

/// What one site serves of a row.
#[derive(Clone, Copy)]
struct Share {
    site: u32,
    amount: i64,
    /// Cost of one unit.
    unit: f64,
}

/// An optimal flow over the sites that are open.
pub(crate) struct LocalFlow<'a> {
    prepared: &'a Prepared<'a>,
    demand: Vec<i64>,
    /// Units that each site may pass.
    capacity: Vec<i64>,
    open: Vec<bool>,
    passed: Vec<i64>,
    /// Units at each site that still have to move on.
    excess: Vec<i64>,
    /// Worth of a unit of each site's capacity.
    worth: Vec<f64>,
    /// Open sites that may serve each row, by ascending cost of a unit.
    choices: Vec<Vec<(f64, u32)>>,
    shares: Vec<Vec<Share>>,
    /// Rows that each site serves, in any order, and the cost of a unit there.
    rows_at: Vec<Vec<(u32, f64)>>,
    cost: f64,
    record: Record,
    movers: Movers,
    search: Search,
}

impl<'a> LocalFlow<'a> {
    /// The optimal flow over the sites in `open` and the arcs that are near; `None` when a row has no site, when their
    /// capacities do not suffice, or when the time is over. The rows must be one commodity without supplies that bind,
    /// see [`super::Network`].
    pub(crate) fn new(prepared: &'a Prepared<'a>, open: &[bool]) -> Option<Self> {
        let (n_sites, n_rows) = (prepared.n_sites(), prepared.n_rows());
        let mut flow = Self {
            prepared,
            demand: prepared.problem.customers().iter().map(|customer| customer.demand.get()).collect(),
            capacity: reflow::rooms(prepared)?,
            open: open[..n_sites].to_vec(),
            passed: vec![0; n_sites],
            excess: vec![0; n_sites],
            worth: vec![0.0; n_sites],
            choices: vec![Vec::new(); n_rows],
            shares: vec![Vec::new(); n_rows],
            rows_at: vec![Vec::new(); n_sites],
            cost: 0.0,
            record: Record::default(),
            movers: Movers::new(n_sites),
            search: Search::default(),
        };
        flow.movers.grow(flow.open.iter().filter(|&&open| open).count() + 1);
        for i in (0..n_sites).filter(|&i| open[i]) {
            flow.enter(i);
            let (rows, costs) = prepared.near_arcs(i);
            for (&j, &cost) in rows.iter().zip(costs) {
                flow.choices[j as usize].push((cost / prepared.demand[j as usize], i as u32));
            }
        }
        for j in 0..n_rows {
            flow.choices[j].sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let &(unit, site) = flow.choices[j].first()?;
            let amount = flow.demand[j];
            flow.shares[j].push(Share { site, amount, unit });
            flow.rows_at[site as usize].push((j as u32, unit));
            flow.excess[site as usize] += amount;
            flow.cost += unit * amount as f64;
        }
        for i in 0..n_sites {
            flow.passed[i] = flow.excess[i].min(flow.capacity[i]);
            flow.excess[i] -= flow.passed[i];
            if flow.open[i] {
                flow.find_movers_of(i);
            }
        }
        for i in 0..n_sites {
            if i.is_multiple_of(16) && prepared.budget.out_of_time() || !flow.settle(i, f64::INFINITY) {
                return None;
            }
        }
        flow.keep();
        Some(flow)
    }

    /// Whether a site is open.
    pub(crate) fn is_open(&self, site: usize) -> bool {
        self.open[site]
    }

    /// Which sites are open.
    pub(crate) fn open_flags(&self) -> &[bool] {
        &self.open
    }

    /// Cost of the flow.
    pub(crate) fn cost(&self) -> f64 {
        self.cost
    }

    /// Opens a site: what saves by it moves there. False when that cannot save `least`; take the change back then.
    pub(crate) fn open(&mut self, site: usize, least: f64) -> bool {
        self.record.turned(site, true);
        self.offer(site);
        self.draw(site, least)
    }

    /// Closes a site: its rows move to where there is room. False when there is not enough, or when the flow would cost
    /// `most` more; take the change back then.
    pub(crate) fn close(&mut self, site: usize, most: f64) -> bool {
        self.record.turned(site, false);
        self.withdraw(site);
        self.excess[site] = self.passed[site];
        self.set_passed(site, 0);
        let settled = self.settle(site, most);
        self.set_worth(site, 0.0);
        settled
    }

    /// Makes a site a choice of the rows that it may serve.
    fn offer(&mut self, site: usize) {
        self.open[site] = true;
        self.enter(site);
        let (rows, costs) = self.prepared.near_arcs(site);
        for (&j, &cost) in rows.iter().zip(costs) {
            let choice = (cost / self.prepared.demand[j as usize], site as u32);
            let choices = &mut self.choices[j as usize];
            let at = choices.partition_point(|other| other.0.total_cmp(&choice.0).then(other.1.cmp(&choice.1)).is_lt());
            choices.insert(at, choice);
            for share in &self.shares[j as usize] {
                self.movers.take(share.site as usize, j, share.unit, choice);
            }
        }
    }

    /// Makes sure that a site has a slot among the movers.
    fn enter(&mut self, site: usize) {
        let (open, rows_at) = (&self.open, &self.rows_at);
        self.movers.enter(site, self.worth[site], |other| open[other] || !rows_at[other].is_empty());
    }

    /// Takes a site from the choices of all rows.
    fn withdraw(&mut self, site: usize) {
        self.open[site] = false;
        for &j in self.prepared.near_arcs(site).0 {
            self.choices[j as usize].retain(|choice| choice.1 as usize != site);
        }
        self.movers.lose(site);
    }

    /// Least cost of a unit of row `j` with the worth of the capacity that it takes, one site left out.
    fn margin(&self, j: usize, but: usize) -> f64 {
        let mut least = f64::INFINITY;
        for &(unit, site) in &self.choices[j] {
            if unit >= least {
                break;
            }
            if site as usize != but {
                least = least.min(unit + self.worth[site as usize]);
            }
        }
        least
    }

    /// What the flow would cost more, at least, without an open site.
    pub(crate) fn least_loss(&self, site: usize) -> f64 {
        let mut loss = self.worth[site] * self.passed[site] as f64;
        for &(j, unit) in &self.rows_at[site] {
            let (j, own) = (j as usize, unit + self.worth[site]);
            loss += (self.margin(j, site) - own).max(0.0) * self.demand[j] as f64;
        }
        loss
    }

    /// What the flow would cost less, at most, with one site more.
    pub(crate) fn most_saving(&self, site: usize) -> f64 {
        let (rows, costs) = self.prepared.near_arcs(site);
        let mut savings: Vec<(f64, i64)> = Vec::new();
        for (&j, &cost) in rows.iter().zip(costs) {
            let j = j as usize;
            let saving = self.margin(j, usize::MAX) - cost / self.prepared.demand[j];
            if saving > 0.0 {
                savings.push((saving, self.demand[j]));
            }
        }
        savings.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let (mut left, mut total) = (self.capacity[site], 0.0);
        for (saving, demand) in savings {
            let amount = demand.min(left);
            total += saving * amount as f64;
            left -= amount;
        }
        total
    }

    /// Open sites that rows left since `mark`, ascending.
    pub(crate) fn left_since(&self, mark: Mark) -> Vec<usize> {
        let mut sites: Vec<usize> = self.record.sources(mark).filter(|&site| self.open[site]).collect();
        sites.sort_unstable();
        sites.dedup();
        sites
    }

    /// Closed sites that would serve a row of these sites for less than it costs at the margin, ascending.
    pub(crate) fn wanted_around(&self, sites: &[usize]) -> Vec<usize> {
        let mut wanted = Vec::new();
        for &(j, _) in sites.iter().flat_map(|&site| &self.rows_at[site]) {
            let j = j as usize;
            let margin = self.margin(j, usize::MAX) * self.demand[j] as f64;
            let services = &self.prepared.problem.customers()[j].services;
            let cheaper = services.iter().filter(|service| service.cost < margin).map(|service| service.site.get());
            wanted.extend(cheaper.filter(|&i| !self.open[i]));
        }
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    /// The flow as a solution.
    pub(crate) fn solution(&self) -> Option<Solution> {
        let flows = self.shares.iter().enumerate().flat_map(|(j, shares)| {
            shares.iter().map(move |share| Flow {
                site: SiteIdx::new(share.site as usize),
                customer: CustomerIdx::new(j),
                amount: Load::new(share.amount),
            })
        });
        complete(self.prepared, &self.prepared.with_all_plants(&self.open), flows.collect())
    }

    /// Cost of a unit of row `j` at a site.
    fn unit(&self, j: usize, site: usize) -> f64 {
        self.prepared.arc_cost(site, j).expect("the site may serve the row") / self.prepared.demand[j]
    }

    fn share(&self, j: usize, site: usize) -> &Share {
        let at = self.shares[j].iter().find(|share| share.site as usize == site);
        at.expect("rows and shares agree")
    }
}
