//! The dense, immutable input of the siting solver.

use crate::units::{Cost, Load, ProductIdx, SiteIdx, SupplyIdx};
use std::ops::Range;

/// Whether a site may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteStatus {
    /// The solver decides.
    Free,
    /// Open in every solution.
    Required,
    /// Closed in every solution.
    Forbidden,
}

/// A place that could be opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Whether it may be chosen.
    pub status: SiteStatus,
    /// Cost when it is open: opening and operating.
    pub open: Cost,
    /// Cost when it is closed: of closing an existing one, zero for others.
    pub closed: Cost,
    /// Most throughput, in capacity units; `None` is unlimited.
    pub capacity: Option<Load>,
    /// Most of each product that may pass, in units of flow, by product ([`Load::HUGE`] without limit); empty where none
    /// has a limit of its own.
    pub product_capacity: Vec<Load>,
    /// Least throughput when it is open, in capacity units.
    pub least: Load,
    /// What of the cost when it is open comes out of the funds.
    pub spending: Cost,
}

/// Sites of which at most one may be open: the sizes of one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its sites, which follow each other.
    pub sites: Range<usize>,
    /// Whether one of them must be open.
    pub is_required: bool,
}

impl Site {
    /// One that may be chosen, at no cost and without limits.
    pub const FREE: Self = Self {
        status: SiteStatus::Free,
        open: Cost::ZERO,
        closed: Cost::ZERO,
        capacity: None,
        product_capacity: Vec::new(),
        least: Load::ZERO,
        spending: Cost::ZERO,
    };
}

/// A place where one product comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Supply {
    /// What comes from here.
    pub product: ProductIdx,
    /// Most that it can give, in the units of demands; `None` is unlimited.
    pub capacity: Option<Load>,
    /// Cost of one unit (price plus transport) into each site, in currency millionths per unit, by site;
    /// infinite where it cannot go.
    pub unit_cost: Vec<f64>,
}

/// Supplies that cost something to use at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plant {
    /// Cost of drawing anything from any of its supplies.
    pub cost: Cost,
    /// Its supplies, one for each product.
    pub supplies: Vec<SupplyIdx>,
}

/// A site that may serve a customer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Service {
    /// Which site.
    pub site: SiteIdx,
    /// Cost of serving the customer's whole demand from it (handling and outbound), in currency millionths;
    /// a part of the demand costs its share. Without the inbound cost from the supplies.
    pub cost: f64,
}

/// One demand row: one product at one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Customer {
    /// What is needed.
    pub product: ProductIdx,
    /// How much of it, in units of flow; positive.
    pub demand: Load,
    /// Capacity units of a site that the whole demand takes (`demand` × the product's weight).
    pub weight: Load,
    /// Whether one site must serve it whole.
    pub single_source: bool,
    /// The sites that may serve it (service radius and bans are left out here), by ascending site.
    pub services: Vec<Service>,
    /// What being served whole by any site that is left out of `services` costs at least; infinite where none is. Bounds
    /// hold for those sites too, solutions do without them.
    pub rest: f64,
}

/// One siting problem, checked in its constructor and never changed after it.
///
/// Minimizes the costs of open and closed sites, of serving and of inflow, with every customer served, capacities
/// kept, at most one site of each place and between `min_open` and `max_open` sites open (the p-median has both equal to
/// p, and no other cost), and no more spent on open sites than the funds.
#[derive(Clone, Debug)]
pub struct Problem {
    sites: Vec<Site>,
    places: Vec<Place>,
    customers: Vec<Customer>,
    supplies: Vec<Supply>,
    plants: Vec<Plant>,
    n_products: usize,
    min_open: usize,
    max_open: usize,
    funds: Option<Cost>,
}

impl Problem {
    /// A problem from its parts. Without `supplies` goods are at the sites already.
    ///
    /// Panics on an unknown site or product, a demand that is not positive, a cost that is negative or NaN, or capacities
    /// by product where there is but one, a least throughput beside them, or rows to be served whole.
    #[must_use]
    pub fn new(
        sites: Vec<Site>,
        customers: Vec<Customer>,
        supplies: Vec<Supply>,
        n_products: usize,
        open_count: std::ops::RangeInclusive<usize>,
    ) -> Self {
        for customer in &customers {
            assert!(customer.product.get() < n_products);
            assert!(customer.demand > Load::ZERO && customer.weight >= Load::ZERO);
            assert!(customer.services.is_sorted_by(|a, b| a.site < b.site));
            assert!(customer.rest >= 0.0);
            for service in &customer.services {
                assert!(service.site.get() < sites.len() && service.cost >= 0.0 && service.cost.is_finite());
            }
        }
        for supply in &supplies {
            assert!(supply.product.get() < n_products);
            assert_eq!(supply.unit_cost.len(), sites.len());
            assert!(supply.unit_cost.iter().all(|&cost| cost >= 0.0));
        }
        for site in sites.iter().filter(|site| !site.product_capacity.is_empty()) {
            assert!(n_products > 1 && site.product_capacity.len() == n_products && site.least == Load::ZERO);
            assert!(customers.iter().all(|customer| !customer.single_source));
        }
        let (min_open, max_open) = (*open_count.start(), (*open_count.end()).min(sites.len()));
        let place =
            |(i, site): (usize, &Site)| Place { sites: i..i + 1, is_required: site.status == SiteStatus::Required };
        let places = sites.iter().enumerate().map(place).collect();
        Self { sites, places, customers, supplies, plants: Vec::new(), n_products, min_open, max_open, funds: None }
    }

    /// The same problem with sites that exclude each other.
    ///
    /// Panics unless the places have every site once and in order, and a required site alone.
    #[must_use]
    pub fn with_places(self, places: Vec<Place>) -> Self {
        let mut next = 0;
        for place in &places {
            assert_eq!(place.sites.start, next);
            assert!(!place.sites.is_empty());
            let has_required = self.sites[place.sites.clone()].iter().any(|site| site.status == SiteStatus::Required);
            assert!(!has_required || place.is_required && place.sites.len() == 1);
            next = place.sites.end;
        }
        assert_eq!(next, self.sites.len());
        Self { places, ..self }
    }

    /// The same problem where the open sites may spend no more than `funds` together.
    ///
    /// Panics when a site's spending, or the funds, are negative.
    #[must_use]
    pub fn with_funds(self, funds: Cost) -> Self {
        assert!(funds >= Cost::ZERO && self.sites.iter().all(|site| site.spending >= Cost::ZERO));
        Self { funds: Some(funds), ..self }
    }

    /// The same problem with plants; a supply of none is there at no cost.
    ///
    /// Panics on an unknown supply, one of two plants, or a negative cost.
    #[must_use]
    pub fn with_plants(self, plants: Vec<Plant>) -> Self {
        let mut owned = vec![false; self.supplies.len()];
        for plant in &plants {
            assert!(plant.cost >= Cost::ZERO);
            for supply in &plant.supplies {
                assert!(!std::mem::replace(&mut owned[supply.get()], true), "a supply belongs to one plant");
            }
        }
        Self { plants, ..self }
    }

    /// The same problem with one place open in every solution, or in none.
    #[must_use]
    pub fn with_forced(mut self, place: usize, is_open: bool) -> Self {
        let place = &mut self.places[place];
        place.is_required = is_open;
        match &mut self.sites[place.sites.clone()] {
            [only] if is_open => only.status = SiteStatus::Required,
            sites => sites.iter_mut().filter(|_| !is_open).for_each(|site| site.status = SiteStatus::Forbidden),
        }
        self
    }

    /// The problem in which every customer may be served from several sites.
    pub(super) fn with_rows_split(mut self) -> Self {
        self.customers.iter_mut().for_each(|customer| customer.single_source = false);
        self
    }

    /// The problem with only these sites left to open.
    pub(super) fn with_sites_left(mut self, is_left: &[bool]) -> Self {
        let out = self.sites.iter_mut().zip(is_left).filter(|(_, is_left)| !**is_left);
        out.for_each(|(site, _)| site.status = SiteStatus::Forbidden);
        self.customers.iter_mut().for_each(|customer| customer.services.retain(|service| is_left[service.site.get()]));
        self
    }

    /// The same problem with other counts of open sites.
    #[must_use]
    pub fn with_counts(mut self, open_count: std::ops::RangeInclusive<usize>) -> Self {
        (self.min_open, self.max_open) = (*open_count.start(), (*open_count.end()).min(self.sites.len()));
        self
    }

    /// All sites, by index.
    #[must_use]
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// All places, in the order of their sites.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// All demand rows, by index.
    #[must_use]
    pub fn customers(&self) -> &[Customer] {
        &self.customers
    }

    /// Whether some customer has services that are left out.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.customers.iter().any(|customer| customer.rest.is_finite())
    }

    /// All supplies, one product each; empty when goods need no source.
    #[must_use]
    pub fn supplies(&self) -> &[Supply] {
        &self.supplies
    }

    /// The supplies that cost something to use.
    #[must_use]
    pub fn plants(&self) -> &[Plant] {
        &self.plants
    }

    /// Number of products.
    #[must_use]
    pub fn n_products(&self) -> usize {
        self.n_products
    }

    /// Fewest sites that must be open.
    #[must_use]
    pub fn min_open(&self) -> usize {
        self.min_open
    }

    /// Most sites that may be open.
    #[must_use]
    pub fn max_open(&self) -> usize {
        self.max_open
    }

    /// Most that the open sites may spend together; `None` is unlimited.
    #[must_use]
    pub fn funds(&self) -> Option<Cost> {
        self.funds
    }
}
