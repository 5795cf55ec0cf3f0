//! The dense, immutable input of the siting solver.

use crate::units::{Cost, Load, ProductIdx, SiteIdx, SupplyIdx};

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
}

/// One siting problem, checked in its constructor and never changed after it.
///
/// Minimizes the costs of open and closed sites, of serving and of inflow, with every customer served, capacities
/// kept, and between `min_open` and `max_open` sites open (the p-median has both equal to p, and no other cost).
#[derive(Clone, Debug)]
pub struct Problem {
    sites: Vec<Site>,
    customers: Vec<Customer>,
    supplies: Vec<Supply>,
    plants: Vec<Plant>,
    n_products: usize,
    min_open: usize,
    max_open: usize,
}

impl Problem {
    /// A problem from its parts. Without `supplies` goods are at the sites already.
    ///
    /// Panics on an unknown site or product, a demand that is not positive, or a cost that is negative or NaN.
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
            for service in &customer.services {
                assert!(service.site.get() < sites.len() && service.cost >= 0.0 && service.cost.is_finite());
            }
        }
        for supply in &supplies {
            assert!(supply.product.get() < n_products);
            assert_eq!(supply.unit_cost.len(), sites.len());
            assert!(supply.unit_cost.iter().all(|&cost| cost >= 0.0));
        }
        let (min_open, max_open) = (*open_count.start(), (*open_count.end()).min(sites.len()));
        Self { sites, customers, supplies, plants: Vec::new(), n_products, min_open, max_open }
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

    /// The same problem with one site open in every solution, or in none.
    #[must_use]
    pub fn with_forced(mut self, site: SiteIdx, is_open: bool) -> Self {
        self.sites[site.get()].status = if is_open { SiteStatus::Required } else { SiteStatus::Forbidden };
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

    /// All demand rows, by index.
    #[must_use]
    pub fn customers(&self) -> &[Customer] {
        &self.customers
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
}
