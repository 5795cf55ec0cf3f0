//! What a siting problem consists of.

use super::Problem;
use crate::model::scenario::{self, Lane, Measure, SiteStatus};
use crate::units::{Cost, Distance, Duration, Load, LocationIdx, ProductIdx, SiteIdx};

/// The data of a siting question. Supplies, sites and demands are in the scenario's order.
#[derive(Clone, Debug)]
pub struct Siting {
    /// Flow units in one of the user's units of goods.
    pub flow_scale: f64,
    /// Capacity units in one of the user's units of site capacity.
    pub capacity_scale: f64,
    /// Kinds of goods; one nameless when the scenario has none.
    pub products: Vec<Product>,
    /// One for each supply and product that it can give.
    pub supply_lines: Vec<SupplyLine>,
    /// Cost of drawing anything from a supply, one for each of the scenario's supplies.
    pub supply_openings: Vec<Cost>,
    /// One for each site.
    pub sites: Vec<Site>,
    /// One for each demand and product that it needs.
    pub demand_lines: Vec<DemandLine>,
    /// Fewest sites that must be open.
    pub min_open: usize,
    /// Most sites that may be open.
    pub max_open: usize,
    /// Most that the open sites may cost to open together; `None` is unlimited.
    pub budget: Option<Cost>,
    /// What coverage goes by.
    pub measure: Measure,
    /// The most of it within which a demand is covered; `None` where the scenario has no radius.
    pub radius: Option<i64>,
}

/// A kind of goods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its id; `None` for the nameless one.
    pub id: Option<String>,
    /// Capacity units that one flow unit takes at a site.
    pub weight: i64,
}

/// One product from one supply.
#[derive(Clone, Debug, PartialEq)]
pub struct SupplyLine {
    /// Row in the scenario's supplies.
    pub supply: usize,
    /// What.
    pub product: ProductIdx,
    /// Where.
    pub location: LocationIdx,
    /// Most of it, in flow units; `None` is unlimited.
    pub capacity: Option<Load>,
    /// Price of one of the user's units, in the currency.
    pub unit_cost: f64,
}

/// A place that could be opened, or is open today.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Where.
    pub location: LocationIdx,
    /// Whether it may be chosen.
    pub status: SiteStatus,
    /// Cost when it is not open.
    pub closing: Cost,
    /// Least throughput when it is open, in capacity units.
    pub min_throughput: Load,
    /// What it can be when it is open, at least one.
    pub sizes: Vec<Size>,
}

/// A size that an open site can have.
#[derive(Clone, Debug, PartialEq)]
pub struct Size {
    /// Row in the site's levels; `None` is what the site itself states.
    pub level: Option<usize>,
    /// One-off cost when it opens so.
    pub opening: Cost,
    /// Cost when it is open.
    pub operating: Cost,
    /// Most throughput, in capacity units; `None` is unlimited.
    pub capacity: Option<Load>,
    /// Most throughput of each product, in flow units, [`Load::HUGE`] without limit; empty where none has a limit of its
    /// own.
    pub product_capacity: Vec<Load>,
    /// Cost of handling one of the user's units, in the currency.
    pub handling: f64,
}

impl Site {
    /// The most that it can have of something.
    pub(in crate::model) fn most(&self, of: impl Fn(&Size) -> f64) -> f64 {
        self.sizes.iter().map(of).fold(0.0, f64::max)
    }
}

/// One product for one demand.
#[derive(Clone, Debug, PartialEq)]
pub struct DemandLine {
    /// Row in the scenario's demands.
    pub demand: usize,
    /// What.
    pub product: ProductIdx,
    /// Where.
    pub location: LocationIdx,
    /// How much, in flow units; positive.
    pub quantity: Load,
    /// Whether one site must serve it whole.
    pub single_source: bool,
    /// Cost of having others bring one of the user's units, in the currency; `None` where the network must serve it.
    pub outsourcing: Option<f64>,
    /// Longest distance to a serving site.
    pub max_distance: Distance,
    /// Longest travel time from a serving site.
    pub max_duration: Duration,
    /// Sites that must not serve it, ascending.
    pub forbidden_sites: Vec<SiteIdx>,
}

impl Problem {
    /// Whether a site may serve a demand line: within its distance and time, not forbidden.
    #[must_use]
    pub fn may_serve(&self, siting: &Siting, site: SiteIdx, line: &DemandLine) -> bool {
        let from = siting.sites[site.get()].location;
        line.forbidden_sites.binary_search(&site).is_err()
            && (line.max_distance == Distance::HUGE || self.travel.distance(from, line.location) <= line.max_distance)
            && (line.max_duration == Duration::HUGE || self.travel.duration(from, line.location) <= line.max_duration)
    }

    /// How far a demand is from a site, in what coverage goes by.
    #[must_use]
    pub fn reach(&self, siting: &Siting, site: SiteIdx, line: &DemandLine) -> i64 {
        let from = siting.sites[site.get()].location;
        match siting.measure {
            Measure::Distance => self.travel.distance(from, line.location).get(),
            Measure::Duration => self.travel.duration(from, line.location).get(),
        }
    }

    /// Cost of moving one of the user's units from a supply to a site, without its price, in the currency.
    #[must_use]
    pub fn inbound_rate(&self, siting: &Siting, line: &SupplyLine, site: SiteIdx) -> f64 {
        let lane = &self.scenario.lanes.inbound;
        match lane.given_costs(self.product(line.product)) {
            Some(unit_costs) => unit_costs[line.supply][site.get()],
            None => self.rate(lane, line.location, siting.sites[site.get()].location),
        }
    }

    /// Cost of moving one of the user's units from a site to a demand, without handling, in the currency.
    #[must_use]
    pub fn outbound_rate(&self, siting: &Siting, site: SiteIdx, line: &DemandLine) -> f64 {
        let lane = &self.scenario.lanes.outbound;
        match lane.given_costs(self.product(line.product)) {
            Some(unit_costs) => unit_costs[site.get()][line.demand],
            None => self.rate(lane, siting.sites[site.get()].location, line.location),
        }
    }

    /// Cost of moving one of the user's units from a supply to a demand past all sites, without its price, in the
    /// currency; `None` where that is not offered: another product, too far, or no direct lanes at all.
    #[must_use]
    pub fn direct_rate(&self, supply: &SupplyLine, line: &DemandLine) -> Option<f64> {
        let lane = self.scenario.lanes.direct.as_ref().filter(|_| supply.product == line.product)?;
        let is_near = (line.max_distance == Distance::HUGE
            || self.travel.distance(supply.location, line.location) <= line.max_distance)
            && (line.max_duration == Duration::HUGE
                || self.travel.duration(supply.location, line.location) <= line.max_duration);
        is_near.then(|| match lane.given_costs(self.product(line.product)) {
            Some(unit_costs) => unit_costs[supply.supply][line.demand],
            None => self.rate(lane, supply.location, line.location),
        })
    }

    /// A product of the scenario; `None` for the nameless one.
    fn product(&self, product: ProductIdx) -> Option<&scenario::Product> {
        self.scenario.products.get(product.get())
    }

    fn rate(&self, lane: &Lane, from: LocationIdx, to: LocationIdx) -> f64 {
        let per_km = lane.per_unit_km.unwrap_or(0.0);
        let kilometers =
            if per_km.total_cmp(&0.0).is_eq() { 0.0 } else { self.travel.distance(from, to).get() as f64 / 1000.0 };
        lane.per_unit.unwrap_or(0.0) + per_km * kilometers
    }
}
