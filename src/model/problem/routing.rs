//! What a routing problem consists of.

use super::Problem;
use crate::hours::{Duty, Lateness, Paces};
use crate::model::balance::Workload;
use crate::model::group::GroupRule;
use crate::model::moment::Moment;
use crate::model::scenario::Order;
use crate::stowage::{Call, Handling, Stowage};
use crate::units::{Cost, Distance, Duration, Load, LocationIdx, Time, TimeWindow, VehicleTypeIdx};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The data of a routing question.
#[derive(Clone, Debug)]
pub struct Routing {
    /// Names of the capacity dimensions; one empty name when only bare numbers are used.
    pub dimensions: Vec<String>,
    /// Load units in one of the user's units, by dimension.
    pub scales: Vec<f64>,
    /// One for each of the scenario's vehicles.
    pub vehicle_types: Vec<VehicleType>,
    /// The orders in the scenario's order, then pickup and delivery of each shipment.
    pub visits: Vec<Visit>,
    /// What can be done in place of these visits, in their order: at another time or place. The rows continue those of
    /// `visits`.
    pub alternatives: Vec<Alternative>,
    /// Where vehicles can reload, as often as they may. Their rows continue those of `alternatives`.
    pub reloads: Vec<Visit>,
    /// Rows of the visits with which each vehicle type's route begins, in this order; such a type has one vehicle.
    pub first_stops: Vec<Vec<usize>>,
    /// By kind, the kinds that do not go with it, as bits.
    pub incompatible: Vec<u64>,
    /// Compartments, by rows of `visits`; a vehicle without any is one. `None` where no vehicle has any.
    pub stowage: Option<Stowage>,
    /// The vehicle type that orders, and shipments by their pickup, are planned for, and what it costs to give them to
    /// another.
    pub planned: BTreeMap<Purpose, (VehicleTypeIdx, Cost)>,
    /// Where vehicles load and unload at doors: one for each of the scenario's docks.
    pub docks: Vec<Dock>,
    /// Where goods to deliver are limited: one for each of the scenario's stocks.
    pub stocks: Vec<Stock>,
    /// Orders and shipments whose vehicles depend on each other.
    pub groups: Vec<Group>,
    /// What uneven routes cost.
    pub balance: Option<Balance>,
    /// Speed by time of day and zones.
    pub paces: Paces,
    /// Orders that come in parts.
    pub splits: Vec<Split>,
    /// The cheapest carrier of each visit that one takes: the order, or the shipment by its pickup.
    pub offers: Vec<Option<Offer>>,
    /// A moment of the form that the answer's times take.
    pub clock: Moment,
}

/// What there is at a place where vehicles are loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stock {
    /// Where.
    pub location: LocationIdx,
    /// How much, by dimension; [`Load::HUGE`] is enough.
    pub most: Vec<Load>,
}

/// Orders and shipments whose vehicles depend on each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Rows of their visits, of shipments those of the pickups.
    pub rows: Vec<usize>,
    /// What holds for them.
    pub rule: GroupRule,
}

/// What uneven routes cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// What should be shared.
    pub workload: Workload,
    /// Cost of a unit of it.
    pub per_unit: Cost,
    /// What each route has for nothing; `None` where only the route that has most pays.
    pub target: Option<i64>,
}

/// Vehicles of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VehicleType {
    /// How many.
    pub count: u32,
    /// Most load, by dimension; [`Load::HUGE`] is unlimited.
    pub capacity: Vec<Load>,
    /// Where routes start.
    pub start: LocationIdx,
    /// Where they end; `None` is at the last customer.
    pub end: Option<LocationIdx>,
    /// Earliest departure, latest return.
    pub shift: TimeWindow,
    /// Cost of using one.
    pub fixed: Cost,
    /// Cost per distance unit.
    pub per_distance: Cost,
    /// Cost per second from departure to return.
    pub per_duration: Cost,
    /// Longest route; [`Distance::HUGE`] is unlimited.
    pub max_distance: Distance,
    /// Longest time from departure to return; [`Duration::HUGE`] is unlimited.
    pub max_duration: Duration,
    /// Most stops; `u32::MAX` is unlimited.
    pub max_stops: u32,
    /// Whether the shipment that was fetched last is brought first.
    pub last_in_first_out: bool,
    /// Most reloads; `u32::MAX` is unlimited.
    pub max_reloads: u32,
    /// What the driver's day asks for.
    pub duty: Duty,
}

/// A place where vehicles load and unload at doors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dock {
    /// Where.
    pub location: LocationIdx,
    /// How many vehicles can be there at once.
    pub doors: u32,
    /// Whether orders and shipments that are served there take a door.
    pub serves_orders: bool,
    /// When somebody can be at a door.
    pub hours: TimeWindow,
    /// Time at the door whatever is loaded.
    pub service: Duration,
    /// Thousandths of a second for one of the user's units, and load units in it, by dimension.
    pub rates: Vec<(i64, i64)>,
}

impl Dock {
    /// The time to load or unload the goods of an order, rounded up.
    #[must_use]
    pub fn handling(&self, loads: &[Load]) -> Duration {
        let millionths: i128 = 1_000_000;
        // Scales are powers of ten up to a million.
        let time = |(&(rate, scale), load): (&(i64, i64), &Load)| {
            i128::from(rate) * i128::from(load.get()) * (millionths / i128::from(scale))
        };
        let total: i128 = self.rates.iter().zip(loads).map(time).sum();
        let second = 1000 * millionths;
        let seconds = (total + second - 1) / second;
        Duration::new(i64::try_from(seconds).unwrap_or(i64::MAX)).min(Duration::HUGE)
    }
}

/// An order that comes in parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// The order as written.
    pub order: Order,
    /// Rows of its parts in the scenario's orders.
    pub rows: Vec<usize>,
}

/// What a third party asks for an order or shipment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Row in the scenario's carriers.
    pub carrier: usize,
    /// What it costs.
    pub price: Cost,
}

/// Another time or place for an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// Row of the visit that it stands for.
    pub of: usize,
    /// The visit with its own place, window and service.
    pub visit: Visit,
}

/// One call at a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Why.
    pub purpose: Purpose,
    /// Where.
    pub location: LocationIdx,
    /// What is brought, by dimension: from the vehicle's start, or from the shipment's pickup.
    pub delivery: Vec<Load>,
    /// What is taken, by dimension: to the vehicle's end, or to the shipment's delivery.
    pub pickup: Vec<Load>,
    /// When the service may start, late starts that are allowed included.
    pub window: TimeWindow,
    /// What a late start costs.
    pub lateness: Option<Lateness>,
    /// Time from arrival until the service can start, where the vehicle comes from another location.
    pub setup: Duration,
    /// How long it takes.
    pub service: Duration,
    /// What leaving it out costs; `None` is mandatory. A shipment's prize stands at its pickup; its delivery
    /// has one of zero then.
    pub prize: Option<Cost>,
    /// Who is left out first where not all can be served: those of large numbers. Of a shipment it stands at both visits.
    pub priority: Option<u32>,
    /// Vehicle types that must not make it, ascending: by their ids or for want of a skill.
    pub barred: Vec<VehicleTypeIdx>,
    /// Whether no delivery from the vehicle's start may come after it.
    pub backhaul: bool,
    /// Kinds of its goods that do not go with every other, as bits; rows of [`Routing::incompatible`].
    pub kinds: u64,
    /// When what it brings is there to be loaded.
    pub release: Time,
}

/// Why a visit is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// For the order in this row of the scenario's orders.
    Order(usize),
    /// To fetch the goods of the shipment in this row; the next visit brings them.
    Pickup(usize),
    /// To bring the goods of the shipment in this row; the visit before fetches them.
    Delivery(usize),
    /// To end one trip and begin the next.
    Reload,
}

impl Visit {
    /// The visit for its compartment, where there are so many orders: its goods are known by the row of the order, or of the
    /// shipment's pickup.
    fn stowed(&self, n_orders: usize) -> Call<'_> {
        let (visit, handling) = match self.purpose {
            Purpose::Order(row) => (row, Handling::Order { delivery: &self.delivery, pickup: &self.pickup }),
            Purpose::Pickup(row) => (n_orders + 2 * row, Handling::Fetch(&self.pickup)),
            Purpose::Delivery(row) => (n_orders + 2 * row, Handling::Bring),
            Purpose::Reload => unreachable!("trips are cut at reloads"),
        };
        Call { visit, handling }
    }

    /// The setup of a vehicle that comes from a location.
    #[must_use]
    pub fn setup_from(&self, location: LocationIdx) -> Duration {
        if location == self.location { Duration::ZERO } else { self.setup }
    }
}

impl Routing {
    /// The kinds that do not go with any of `kinds`, as bits.
    #[must_use]
    pub fn shunned_by(&self, kinds: u64) -> u64 {
        let of = |(kind, shun): (usize, &u64)| if kinds >> kind & 1 == 1 { *shun } else { 0 };
        self.incompatible.iter().enumerate().map(of).fold(0, |all, shun| all | shun)
    }

    /// Whether no compartment of a vehicle may hold the goods of a visit, which has some, or is large enough for them.
    #[must_use]
    pub fn lacks_compartment(&self, vehicle_type: VehicleTypeIdx, row: usize) -> bool {
        let visit = self.visit(row);
        let mut goods = visit.delivery.iter().chain(&visit.pickup);
        goods.any(|&load| load > Load::ZERO)
            && self.stowage.as_ref().is_some_and(|it| it.may[vehicle_type.get()][self.lead(row)] == 0)
    }

    /// The compartment of the goods of each visit of a route, `None` where it has none or the vehicle has no compartments; or
    /// `None` where they do not fit. Compartments are empty after reloads.
    #[must_use]
    pub fn stowed(&self, vehicle_type: VehicleTypeIdx, visits: &[&Visit]) -> Option<Vec<Option<usize>>> {
        let Some(stowage) = &self.stowage else { return Some(vec![None; visits.len()]) };
        let n_orders = self.visits.partition_point(|visit| matches!(visit.purpose, Purpose::Order(_)));
        let mut places = Vec::with_capacity(visits.len());
        for trip in visits.split_inclusive(|visit| visit.purpose == Purpose::Reload) {
            let ends = trip.last().is_some_and(|visit| visit.purpose == Purpose::Reload);
            let calls: Vec<Call<'_>> =
                trip[..trip.len() - usize::from(ends)].iter().map(|visit| visit.stowed(n_orders)).collect();
            places.extend(stowage.stowed(vehicle_type.get(), &calls)?);
            places.extend(ends.then_some(None));
        }
        Some(places)
    }

    /// The visit of a row, counted through visits, alternatives and reloads.
    #[must_use]
    pub fn visit(&self, row: usize) -> &Visit {
        let others = || self.alternatives.get(row - self.visits.len()).map(|alternative| &alternative.visit);
        self.visits.get(row).or_else(others).unwrap_or_else(|| &self.reloads[row - self.first_reload()])
    }

    /// The carrier that takes a visit over when no vehicle makes it: the cheapest, unless leaving it out costs less.
    #[must_use]
    pub fn outsourced(&self, row: usize) -> Option<Offer> {
        self.offers[row].filter(|offer| self.visits[row].prize.is_none_or(|prize| offer.price <= prize))
    }

    /// What it costs when no vehicle makes a visit: its prize, or the price of a carrier; `None` where one must. As with
    /// prizes, what a shipment costs stands at its pickup.
    #[must_use]
    pub fn stake(&self, row: usize) -> Option<Cost> {
        let visit = &self.visits[row];
        match visit.purpose {
            Purpose::Delivery(_) => self.stake(row - 1).and(Some(Cost::ZERO)),
            Purpose::Order(_) | Purpose::Pickup(_) | Purpose::Reload => {
                self.outsourced(row).map(|offer| offer.price).or(visit.prize)
            }
        }
    }

    /// How much it counts before all costs that no vehicle makes each visit: orders, and shipments by their pickup; empty
    /// where no priority tells them apart. One of a class counts more than all of the classes after it together, as far as a
    /// number can hold that.
    #[must_use]
    pub fn urgencies(&self) -> Vec<usize> {
        let class = |row: usize| {
            let visit = &self.visits[row];
            let is_counted = !matches!(visit.purpose, Purpose::Delivery(_)) && self.outsourced(row).is_none();
            let class = visit.priority.or(visit.prize.is_none().then_some(0));
            class.filter(|_| is_counted)
        };
        if self.visits.iter().all(|visit| visit.priority.is_none()) {
            return Vec::new();
        }
        let mut sizes: BTreeMap<Reverse<u32>, usize> = BTreeMap::new();
        (0..self.visits.len()).filter_map(class).for_each(|class| *sizes.entry(Reverse(class)).or_default() += 1);
        let mut weight = 1;
        let mut weights: BTreeMap<u32, usize> = BTreeMap::new();
        for (Reverse(class), size) in sizes {
            weights.insert(class, weight);
            weight = weight.saturating_mul(size + 1);
        }
        (0..self.visits.len()).map(|row| class(row).map_or(0, |class| weights[&class])).collect()
    }

    /// What it costs that a vehicle of a type makes a visit that was planned for another.
    #[must_use]
    pub fn change_cost(&self, visit: &Visit, vehicle_type: VehicleTypeIdx) -> Cost {
        let planned = self.planned.get(&visit.purpose).filter(|(planned, _)| *planned != vehicle_type);
        planned.map_or(Cost::ZERO, |(_, cost)| *cost)
    }

    /// The row of the visit that a row stands for: of an alternative, or itself.
    #[must_use]
    pub fn lead(&self, row: usize) -> usize {
        row.checked_sub(self.visits.len()).and_then(|number| self.alternatives.get(number)).map_or(row, |it| it.of)
    }

    /// The row of the dock at a location.
    #[must_use]
    pub fn dock_at(&self, location: LocationIdx) -> Option<usize> {
        self.docks.iter().position(|dock| dock.location == location)
    }

    /// The row of the dock at which a visit takes a door for its service.
    #[must_use]
    pub fn served_at(&self, visit: &Visit) -> Option<usize> {
        let is_call = visit.service > Duration::ZERO && visit.purpose != Purpose::Reload;
        self.dock_at(visit.location).filter(|&dock| is_call && self.docks[dock].serves_orders)
    }

    /// The row of the first reload.
    #[must_use]
    pub fn first_reload(&self) -> usize {
        self.visits.len() + self.alternatives.len()
    }

    /// The rows of the alternatives of a visit. `O(log n)`.
    #[must_use]
    pub fn other_rows(&self, row: usize) -> std::ops::Range<usize> {
        let first = self.alternatives.partition_point(|alternative| alternative.of < row);
        let end = self.alternatives.partition_point(|alternative| alternative.of <= row);
        self.visits.len() + first..self.visits.len() + end
    }
}

impl Problem {
    /// The row of a vehicle type's reload at the place of an id, where it may reload.
    #[must_use]
    pub fn reload_row(&self, routing: &Routing, vehicle_type: VehicleTypeIdx, place: &str) -> Option<usize> {
        let may = |reload: &Visit| reload.barred.binary_search(&vehicle_type).is_err();
        let is_it = |reload: &Visit| self.location_id(reload.location) == place && may(reload);
        routing.reloads.iter().position(is_it).map(|kind| routing.first_reload() + kind)
    }
}
