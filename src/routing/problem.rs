//! The dense, immutable input of the routing solver.

use super::compartments::Compartments;
use super::docks::Docks;
use super::leveling::{Leveling, Workload};
use super::numbering::Numbering;
use super::stocks::Stocks;
use super::ties::Tie;
use crate::hours::{Duty, Lateness, Overtime, Paces};
use crate::network::Travel;
use crate::units::{Cost, CustomerIdx, Distance, Duration, Load, LocationIdx, Time, TimeWindow, VehicleTypeIdx};
use std::sync::Arc;

/// Kinds of goods, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    /// Those that some goods are of.
    pub are: u64,
    /// Those that must not be on the same trip.
    pub shun: u64,
}

impl Kinds {
    /// Kinds that get along with all others.
    pub const NONE: Self = Self { are: 0, shun: 0 };

    /// Whether goods of these kinds and others must not be on the same trip.
    #[must_use]
    #[inline]
    pub fn clash(self, others: Self) -> bool {
        (self.are & others.shun) | (self.shun & others.are) != 0
    }

    /// Both together.
    #[must_use]
    #[inline]
    pub fn union(self, others: Self) -> Self {
        Self { are: self.are | others.are, shun: self.shun | others.shun }
    }
}

/// One customer as handed in: a place to visit once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Where.
    pub location: LocationIdx,
    /// Brought from the vehicle's start, per dimension.
    pub delivery: Vec<Load>,
    /// Taken to the vehicle's end, per dimension.
    pub pickup: Vec<Load>,
    /// When the service may start.
    pub window: TimeWindow,
    /// How much of the way to it, as far as it takes time, is not driven but spent at its place.
    pub setup: Duration,
    /// How long the service takes.
    pub service: Duration,
    /// What leaving it out costs; `None` is mandatory.
    pub prize: Option<Cost>,
    /// Vehicle types that must not call here.
    pub barred: Vec<VehicleTypeIdx>,
    /// Whether no delivery from the vehicle's start may come after it.
    pub backhaul: bool,
    /// What a late start costs, where the window lets it start late.
    pub lateness: Option<Lateness>,
    /// What kinds its goods are of, bit by bit, and next to which kinds they must not be on one trip.
    pub kinds: Kinds,
    /// When its goods are at the place where the trip that brings them starts.
    pub release: Time,
    /// Whether this is nobody but a depot where a vehicle can end one trip and begin the next. It needs no visit.
    pub reload: bool,
}

/// Vehicles alike in cost and limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VehicleType {
    /// How many there are.
    pub count: u32,
    /// Most load, per dimension.
    pub capacity: Vec<Load>,
    /// Where the route starts.
    pub start: LocationIdx,
    /// Where it ends; `None` is wherever the last customer is (open route).
    pub end: Option<LocationIdx>,
    /// Earliest departure from the start, latest return to the end (or end of the last service on an open route).
    pub shift: TimeWindow,
    /// Cost of using one vehicle at all.
    pub fixed: Cost,
    /// Cost per unit of distance.
    pub per_distance: Cost,
    /// Cost per second from departure to return, with the departure as late as the route allows.
    pub per_duration: Cost,
    /// Longest distance of a route.
    pub max_distance: Distance,
    /// Longest duration of a route, from departure to return, with the departure as late as the route allows.
    pub max_duration: Duration,
    /// Most visits of a route, reloads not counted.
    pub max_visits: u32,
    /// Most reloads of a route.
    pub max_reloads: u32,
    /// What the driver's day asks for.
    pub duty: Duty,
    /// Whether of the shipments aboard the one fetched last is brought first.
    pub last_in_first_out: bool,
}

/// One routing problem, checked in its constructor and never changed after it.
#[derive(Clone, Debug)]
pub struct Problem {
    customers: Vec<Customer>,
    /// Pairs of customers that one vehicle serves, the first before the second.
    shipments: Vec<(CustomerIdx, CustomerIdx)>,
    /// Groups of customers of which one is visited; empty where there are none.
    groups: Vec<Vec<CustomerIdx>>,
    /// Customers that belong on one route, or never on the same one.
    ties: Vec<Tie>,
    vehicle_types: Vec<VehicleType>,
    travel: Arc<Travel>,
    /// Speed by time of day and zones.
    paces: Paces,
    /// What serving a customer by a vehicle costs more, by vehicle type and customer; empty where nothing does.
    surcharges: Vec<Vec<Cost>>,
    /// What a load unit costs that a vehicle brings from its start, by vehicle type; empty where it costs nothing.
    load_rates: Vec<Cost>,
    /// How much leaving each customer out counts before all costs; empty where only those without a prize count, as one.
    urgencies: Vec<usize>,
    /// Where loading takes time; `None` where it takes none anywhere.
    docks: Option<Docks>,
    /// Where goods are limited; `None` where they are not.
    stocks: Option<Stocks>,
    /// What lies where on vehicles; `None` where all goods lie together everywhere.
    compartments: Option<Compartments>,
    /// What uneven routes cost, but for their duration, which is part of each vehicle's duty.
    leveling: Option<Leveling>,
    n_dimensions: usize,
}

impl Problem {
    /// A problem from its parts. Customers in `shipments` have their goods as `pickup` of the first and, equal to it,
    /// `delivery` of the second; those goods travel between the two only, on one trip. Reloads come last.
    ///
    /// Panics when a table's rows disagree on the number of dimensions, a location is unknown, or a shipment names a
    /// customer twice: callers hand in validated data.
    #[must_use]
    pub fn new(
        customers: Vec<Customer>,
        shipments: Vec<(CustomerIdx, CustomerIdx)>,
        vehicle_types: Vec<VehicleType>,
        travel: impl Into<Arc<Travel>>,
    ) -> Self {
        let travel = travel.into();
        let n_dimensions = vehicle_types.first().map_or(0, |vehicle_type| vehicle_type.capacity.len());
        let known = |location: LocationIdx| location.get() < travel.n_locations();
        for customer in &customers {
            assert_eq!(customer.delivery.len(), n_dimensions);
            assert_eq!(customer.pickup.len(), n_dimensions);
            assert!(known(customer.location));
            assert!(customer.barred.iter().all(|vehicle_type| vehicle_type.get() < vehicle_types.len()));
        }
        assert!(customers.is_sorted_by_key(|customer| customer.reload), "reloads come last");
        for vehicle_type in &vehicle_types {
            assert_eq!(vehicle_type.capacity.len(), n_dimensions);
            assert!(known(vehicle_type.start) && vehicle_type.end.is_none_or(known));
        }
        let mut paired = vec![false; customers.len()];
        for &(pickup, delivery) in &shipments {
            for customer in [pickup, delivery] {
                assert!(!std::mem::replace(&mut paired[customer.get()], true), "{customer:?} is in two shipments");
            }
            assert_eq!(customers[pickup.get()].pickup, customers[delivery.get()].delivery);
        }
        Self {
            customers,
            shipments,
            groups: Vec::new(),
            ties: Vec::new(),
            vehicle_types,
            travel,
            paces: Paces::steady(),
            surcharges: Vec::new(),
            load_rates: Vec::new(),
            urgencies: Vec::new(),
            docks: None,
            stocks: None,
            compartments: None,
            leveling: None,
            n_dimensions,
        }
    }

    /// The same problem with other numbers of the customers.
    pub(super) fn renumbered(&self, numbering: &Numbering) -> Self {
        let named = |customers: &[CustomerIdx]| customers.iter().map(|&it| numbering.new_of(it)).collect();
        let (groups, ties) = (self.groups.iter(), self.ties.iter());
        Self {
            customers: numbering.sorted(&self.customers),
            shipments: self
                .shipments
                .iter()
                .map(|&(one, other)| (numbering.new_of(one), numbering.new_of(other)))
                .collect(),
            groups: groups.map(|group| named(group)).collect(),
            ties: ties.map(|tie| Tie { customers: named(&tie.customers), ..*tie }).collect(),
            surcharges: self.surcharges.iter().map(|prices| numbering.sorted(prices)).collect(),
            load_rates: self.load_rates.clone(),
            urgencies: numbering.sorted(&self.urgencies),
            docks: self.docks.as_ref().map(|docks| docks.renumbered(numbering)),
            stocks: self.stocks.as_ref().map(|stocks| stocks.renumbered(numbering)),
            compartments: self.compartments.as_ref().map(|it| it.renumbered(numbering)),
            vehicle_types: self.vehicle_types.clone(),
            travel: Arc::clone(&self.travel),
            paces: self.paces.clone(),
            leveling: self.leveling,
            n_dimensions: self.n_dimensions,
        }
    }

    /// The same problem with travel that takes longer at some times of the day.
    #[must_use]
    pub fn with_paces(self, paces: Paces) -> Self {
        Self { paces, ..self }
    }

    /// The same problem with docks where loading takes time.
    ///
    /// Panics when a list of them has not an entry for each customer or vehicle type.
    #[must_use]
    pub fn with_docks(self, docks: Docks) -> Self {
        for dock in &docks.docks {
            assert_eq!(dock.loading.len(), self.customers.len());
            assert_eq!(dock.unloading.len(), self.customers.len());
        }
        assert_eq!(docks.reloads.len(), self.customers.len());
        for by_type in [docks.starts.len(), docks.ends.len(), docks.slots.len()] {
            assert_eq!(by_type, self.vehicle_types.len());
        }
        Self { docks: Some(docks), ..self }
    }

    /// The same problem where goods are limited at some of the places where vehicles are loaded.
    ///
    /// Panics when a list of them has not an entry for each customer or vehicle type.
    #[must_use]
    pub fn with_stocks(self, stocks: Option<Stocks>) -> Self {
        if let Some(stocks) = &stocks {
            assert_eq!(stocks.starts.len(), self.vehicle_types.len());
            assert!([stocks.reloads.len(), stocks.is_brought.len()].iter().all(|&len| len == self.customers.len()));
        }
        Self { stocks, ..self }
    }

    /// The same problem where goods lie in compartments.
    #[must_use]
    pub fn with_stowage(self, compartments: Compartments) -> Self {
        let compartments = Some(compartments.with_shipments(&self.shipments));
        Self { compartments, ..self }
    }

    /// The same problem where leaving a customer out counts so much before all costs. Those that do not count are left out for
    /// their prizes alone. Of a shipment the first visit counts, of a group the first customer.
    ///
    /// Panics when a number is missing.
    #[must_use]
    pub fn with_urgencies(self, urgencies: Vec<usize>) -> Self {
        assert_eq!(urgencies.len(), self.customers.len());
        Self { urgencies, ..self }
    }

    /// The same problem where routes cost more that have more than a target of what all should share.
    #[must_use]
    pub fn with_leveling(&self, leveling: Leveling) -> Self {
        let mut problem = self.clone();
        if leveling.workload == Workload::Duration {
            for vehicle_type in &mut problem.vehicle_types {
                let (after, per_second) = (Duration::new(leveling.after), leveling.per_unit);
                vehicle_type.duty.leveling = Some(Overtime { after, per_second });
            }
        } else {
            problem.leveling = Some(leveling);
        }
        problem
    }

    /// The same problem where each unit of a workload costs more, whatever the route: `per_unit` for each second, unit of
    /// distance, or visit. Visits are not priced.
    #[must_use]
    pub fn with_rates(&self, workload: Workload, per_unit: Cost) -> Self {
        let mut problem = self.clone();
        for vehicle_type in &mut problem.vehicle_types {
            match workload {
                Workload::Duration => vehicle_type.per_duration += per_unit,
                Workload::Distance => vehicle_type.per_distance += per_unit,
                Workload::Visits => {}
            }
        }
        problem
    }

    /// The same problem where serving a customer by a vehicle costs more: one price for each vehicle type and customer.
    ///
    /// Panics when a price is missing.
    #[must_use]
    pub fn with_surcharges(self, surcharges: Vec<Vec<Cost>>) -> Self {
        assert_eq!(surcharges.len(), self.vehicle_types.len());
        assert!(surcharges.iter().all(|prices| prices.len() == self.customers.len()));
        Self { surcharges, ..self }
    }

    /// The same problem where a load unit of the first dimension costs something at the place where vehicles of a type start.
    ///
    /// Panics when a rate is missing or negative, or when somebody has anything but deliveries, or reloads.
    #[must_use]
    pub fn with_load_rates(self, load_rates: Vec<Cost>) -> Self {
        assert_eq!(load_rates.len(), self.vehicle_types.len());
        assert!(load_rates.iter().all(|&rate| rate >= Cost::ZERO));
        let none = |loads: &[Load]| loads.iter().all(|&load| load == Load::ZERO);
        assert!(self.shipments.is_empty());
        assert!(self.customers.iter().all(|customer| !customer.reload && none(&customer.pickup)));
        Self { load_rates, ..self }
    }

    /// The same problem with other vehicles: so many of each of the types named, loaded within a window; and with other
    /// windows of some customers.
    #[must_use]
    pub fn with_slots(
        &self,
        vehicles: &[(VehicleTypeIdx, u32, TimeWindow)],
        windows: &[(CustomerIdx, TimeWindow)],
    ) -> Self {
        let mut problem = self.clone();
        windows.iter().for_each(|&(customer, window)| problem.customers[customer.get()].window = window);
        let own = |row: usize| vehicles[row].0.get();
        problem.vehicle_types = vehicles
            .iter()
            .map(|&(vehicle_type, count, _)| VehicleType { count, ..self.vehicle_type(vehicle_type).clone() })
            .collect();
        for (customer, old) in problem.customers.iter_mut().zip(&self.customers) {
            let is_barred = |row: &usize| old.barred.contains(&vehicles[*row].0);
            customer.barred = (0..vehicles.len()).filter(is_barred).map(VehicleTypeIdx::new).collect();
        }
        if !self.surcharges.is_empty() {
            problem.surcharges = (0..vehicles.len()).map(|row| self.surcharges[own(row)].clone()).collect();
        }
        if !self.load_rates.is_empty() {
            problem.load_rates = (0..vehicles.len()).map(|row| self.load_rates[own(row)]).collect();
        }
        if let (Some(docks), Some(old)) = (&mut problem.docks, &self.docks) {
            docks.starts = (0..vehicles.len()).map(|row| old.starts[own(row)]).collect();
            docks.ends = (0..vehicles.len()).map(|row| old.ends[own(row)]).collect();
            docks.slots = vehicles.iter().map(|(_, _, slot)| *slot).collect();
        }
        if let (Some(stocks), Some(old)) = (&mut problem.stocks, &self.stocks) {
            stocks.starts = (0..vehicles.len()).map(|row| old.starts[own(row)]).collect();
        }
        if let Some(compartments) = &self.compartments {
            problem.compartments = Some(compartments.for_vehicles((0..vehicles.len()).map(own)));
        }
        problem
    }

    /// The same problem, but of each of `groups` only one customer is to be visited: other places or times for the same
    /// order. What leaving a group out costs is the prize of its first customer, under whose name it is left out.
    ///
    /// Panics when a customer is in two groups or in a shipment, or a group is empty.
    #[must_use]
    pub fn with_groups(self, groups: Vec<Vec<CustomerIdx>>) -> Self {
        let mut taken = vec![false; self.customers.len()];
        for customer in self.shipments.iter().flat_map(|&(pickup, delivery)| [pickup, delivery]) {
            taken[customer.get()] = true;
        }
        for group in &groups {
            assert!(!group.is_empty());
            for customer in group {
                assert!(!std::mem::replace(&mut taken[customer.get()], true), "{customer:?} is in two groups");
            }
        }
        Self { groups, ..self }
    }

    /// The same problem with customers that belong on one route, or never on the same one.
    ///
    /// Panics when a tie names a customer twice, or one that is not the first of its shipment or group.
    #[must_use]
    pub fn with_ties(self, ties: Vec<Tie>) -> Self {
        let mut is_second = vec![false; self.customers.len()];
        self.shipments.iter().for_each(|(_, delivery)| is_second[delivery.get()] = true);
        self.groups.iter().flat_map(|group| &group[1..]).for_each(|other| is_second[other.get()] = true);
        for tie in &ties {
            for (place, customer) in tie.customers.iter().enumerate() {
                assert!(!is_second[customer.get()] && !tie.customers[..place].contains(customer), "{tie:?}");
            }
        }
        Self { ties, ..self }
    }

    /// The same problem where nobody calls at docks, with other data of the customers.
    ///
    /// Panics when it are not as many.
    #[must_use]
    pub fn without_docks(&self, customers: Vec<Customer>) -> Self {
        assert_eq!(customers.len(), self.customers.len());
        Self { customers, docks: None, ..self.clone() }
    }

    /// The same problem with so many vehicles of each type.
    #[must_use]
    pub fn with_fleet(&self, counts: &[u32]) -> Self {
        let mut problem = self.clone();
        for (vehicle_type, &count) in problem.vehicle_types.iter_mut().zip(counts) {
            vehicle_type.count = count;
        }
        problem
    }

    /// Compartments of the vehicles, where goods lie in such.
    #[must_use]
    pub fn compartments(&self) -> Option<&Compartments> {
        self.compartments.as_ref()
    }

    /// Number of customers.
    #[must_use]
    pub fn n_customers(&self) -> usize {
        self.customers.len()
    }

    /// The index of the first reload, or the number of customers where there is none.
    #[must_use]
    pub fn first_reload(&self) -> usize {
        self.customers.partition_point(|customer| !customer.reload)
    }

    /// Number of capacity dimensions.
    #[must_use]
    pub fn n_dimensions(&self) -> usize {
        self.n_dimensions
    }

    /// All customers, by index.
    #[must_use]
    pub fn customers(&self) -> &[Customer] {
        &self.customers
    }

    /// One customer.
    #[must_use]
    pub fn customer(&self, customer: CustomerIdx) -> &Customer {
        &self.customers[customer.get()]
    }

    /// Pickup and delivery pairs.
    #[must_use]
    pub fn shipments(&self) -> &[(CustomerIdx, CustomerIdx)] {
        &self.shipments
    }

    /// Groups of customers of which one is to be visited; everybody else is to be visited for his own sake.
    #[must_use]
    pub fn groups(&self) -> &[Vec<CustomerIdx>] {
        &self.groups
    }

    /// Customers that belong on one route, or never on the same one.
    #[must_use]
    pub fn ties(&self) -> &[Tie] {
        &self.ties
    }

    /// All vehicle types, by index.
    #[must_use]
    pub fn vehicle_types(&self) -> &[VehicleType] {
        &self.vehicle_types
    }

    /// One vehicle type.
    #[must_use]
    pub fn vehicle_type(&self, vehicle_type: VehicleTypeIdx) -> &VehicleType {
        &self.vehicle_types[vehicle_type.get()]
    }

    /// Travel between the locations, at full speed.
    #[must_use]
    pub fn travel(&self) -> &Travel {
        &self.travel
    }

    /// Speed by time of day and zones.
    #[must_use]
    pub fn paces(&self) -> &Paces {
        &self.paces
    }

    /// What it costs more that a vehicle of a type serves these customers.
    #[must_use]
    pub fn surcharge(&self, vehicle_type: VehicleTypeIdx, customers: &[CustomerIdx]) -> Cost {
        let prices = self.surcharges.get(vehicle_type.get());
        prices.map_or(Cost::ZERO, |prices| customers.iter().map(|customer| prices[customer.get()]).sum())
    }

    /// What a load unit costs that a vehicle of a type brings from its start.
    #[must_use]
    pub fn load_rate(&self, vehicle_type: VehicleTypeIdx) -> Cost {
        self.load_rates.get(vehicle_type.get()).copied().unwrap_or(Cost::ZERO)
    }

    /// What all that a vehicle of a type brings to these customers costs at its start.
    #[must_use]
    pub fn load_cost(&self, vehicle_type: VehicleTypeIdx, customers: &[CustomerIdx]) -> Cost {
        let rate = self.load_rate(vehicle_type);
        if rate == Cost::ZERO {
            return Cost::ZERO;
        }
        customers
            .iter()
            .map(|&customer| rate * self.customer(customer).delivery.first().map_or(0, |load| load.get()))
            .sum()
    }

    /// Where goods are limited.
    #[must_use]
    pub fn stocks(&self) -> Option<&Stocks> {
        self.stocks.as_ref()
    }

    /// How much leaving a customer out counts before all costs.
    #[must_use]
    pub fn urgency(&self, customer: CustomerIdx) -> usize {
        let without_prize = || usize::from(self.customer(customer).prize.is_none());
        self.urgencies.get(customer.get()).copied().unwrap_or_else(without_prize)
    }

    /// Whether some customers count for more than others when they are left out.
    #[must_use]
    pub fn has_urgencies(&self) -> bool {
        !self.urgencies.is_empty()
    }

    /// What uneven routes cost, apart from their duration.
    #[must_use]
    pub fn leveling(&self) -> Option<Leveling> {
        self.leveling
    }

    /// Where loading takes time.
    #[must_use]
    pub fn docks(&self) -> Option<&Docks> {
        self.docks.as_ref()
    }

    /// Whether it takes a timetable, or the whole route, to know what a route costs: segments only say what it costs at
    /// least.
    #[must_use]
    pub fn needs_timetables(&self) -> bool {
        !self.paces.are_steady()
            || self.docks.is_some()
            || !self.surcharges.is_empty()
            || self.leveling.is_some()
            || self.compartments.is_some()
            || self
                .vehicle_types
                .iter()
                .any(|vehicle_type| !vehicle_type.duty.is_free() || vehicle_type.last_in_first_out)
            || self.customers.iter().any(|customer| customer.lateness.is_some())
    }
}
