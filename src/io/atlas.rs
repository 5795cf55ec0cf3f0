//! Where the things stand that a plan names.

use crate::model::Scenario;
use crate::model::plan::{Flow, Stage};
use crate::model::scenario::{Location, Metric};
use std::collections::HashMap;

/// Locations by the ids of what stands there.
pub(super) struct Atlas<'a> {
    locations: HashMap<&'a str, &'a Location>,
    supplies: HashMap<&'a str, &'a str>,
    sites: HashMap<&'a str, &'a str>,
    demands: HashMap<&'a str, &'a str>,
    /// Location of an order, or of a shipment's delivery.
    orders: HashMap<&'a str, &'a str>,
}

impl<'a> Atlas<'a> {
    pub(super) fn new(scenario: &'a Scenario) -> Self {
        let orders = scenario.orders.iter().map(|order| (order.id.as_str(), order.location.as_str()));
        let shipments = scenario.shipments.iter().map(|it| (it.id.as_str(), it.delivery.location.as_str()));
        Self {
            locations: scenario.locations.iter().map(|location| (location.id.as_str(), location)).collect(),
            supplies: scenario.supplies.iter().map(|it| (it.id.as_str(), it.location.as_str())).collect(),
            sites: scenario.sites.iter().map(|it| (it.id.as_str(), it.location.as_str())).collect(),
            demands: scenario.demands.iter().map(|it| (it.id.as_str(), it.location.as_str())).collect(),
            orders: orders.chain(shipments).collect(),
        }
    }

    /// Coordinates of a location.
    pub(super) fn at(&self, location: &str) -> Option<[f64; 2]> {
        self.locations.get(location)?.at
    }

    /// Name of a location, or else its id.
    pub(super) fn name<'b>(&self, location: &'b str) -> &'b str
    where
        'a: 'b,
    {
        let name = self.locations.get(location).map(|location| location.name.as_str());
        name.filter(|name| !name.is_empty()).unwrap_or(location)
    }

    /// Name of a supply's place, or else its id.
    pub(super) fn supply_name<'b>(&self, id: &'b str) -> &'b str
    where
        'a: 'b,
    {
        self.place_name(self.supplies.get(id).copied(), id)
    }

    /// Name of a site's place, or else its id.
    pub(super) fn site_name<'b>(&self, id: &'b str) -> &'b str
    where
        'a: 'b,
    {
        self.place_name(self.sites.get(id).copied(), id)
    }

    /// Name of a demand's place, or else its id.
    pub(super) fn demand_name<'b>(&self, id: &'b str) -> &'b str
    where
        'a: 'b,
    {
        self.place_name(self.demands.get(id).copied(), id)
    }

    /// Coordinates of a site.
    pub(super) fn site(&self, id: &str) -> Option<[f64; 2]> {
        self.at(self.sites.get(id)?)
    }

    /// Name of the place of an order, or of a shipment's delivery; or else the id.
    pub(super) fn order_name<'b>(&self, id: &'b str) -> &'b str
    where
        'a: 'b,
    {
        self.place_name(self.orders.get(id).copied(), id)
    }

    /// Coordinates of an order, or of a shipment.
    pub(super) fn order(&self, id: &str) -> Option<[f64; 2]> {
        self.at(self.orders.get(id)?)
    }

    /// Coordinates of what a plan leaves out.
    pub(super) fn unserved(&self, id: &str) -> Option<[f64; 2]> {
        self.at(self.orders.get(id).or_else(|| self.demands.get(id))?)
    }

    /// Coordinates of both ends of a flow.
    pub(super) fn ends(&self, flow: &Flow) -> Option<[[f64; 2]; 2]> {
        let (from, to) = match flow.stage {
            Stage::Inbound => (self.supplies.get(flow.from.as_str()), self.sites.get(flow.to.as_str())),
            Stage::Outbound => (self.sites.get(flow.from.as_str()), self.demands.get(flow.to.as_str())),
            Stage::Direct => (self.supplies.get(flow.from.as_str()), self.demands.get(flow.to.as_str())),
            // It comes from no place that we know.
            Stage::Outsourced => return None,
        };
        Some([self.at(from?)?, self.at(to?)?])
    }

    /// Names of both ends of a flow.
    pub(super) fn end_names<'b>(&self, flow: &'b Flow) -> [&'b str; 2]
    where
        'a: 'b,
    {
        match flow.stage {
            Stage::Inbound => [self.supply_name(&flow.from), self.site_name(&flow.to)],
            Stage::Outbound => [self.site_name(&flow.from), self.demand_name(&flow.to)],
            Stage::Direct => [self.supply_name(&flow.from), self.demand_name(&flow.to)],
            Stage::Outsourced => [flow.from.as_str(), self.demand_name(&flow.to)],
        }
    }

    fn place_name<'b>(&self, location: Option<&'a str>, id: &'b str) -> &'b str
    where
        'a: 'b,
    {
        let location = location.and_then(|location| self.locations.get(location));
        location.map(|location| location.name.as_str()).filter(|name| !name.is_empty()).unwrap_or(id)
    }
}

/// Whether coordinates are longitudes and latitudes.
pub(super) fn is_geographic(scenario: &Scenario) -> bool {
    match scenario.travel.metric {
        Metric::Haversine => true,
        Metric::Euclidean | Metric::Manhattan => false,
        // A matrix says nothing about its places; degrees are what people put beside one.
        Metric::Matrix => {
            let mut places = scenario.locations.iter().filter_map(|location| location.at).peekable();
            places.peek().is_some() && places.all(|[x, y]| x.abs() <= 180.0 && y.abs() <= 90.0)
        }
    }
}
