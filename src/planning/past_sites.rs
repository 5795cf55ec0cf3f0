//! What goes past all sites: supplies that serve demands directly, and others who bring goods from outside.
//!
//! To the solver each such way is a site more, open at no cost and without limit, behind the real ones.

use super::sizes::Sizes;
use crate::model::SitingChoice;
use crate::model::problem::{DemandLine, Problem, Siting};
use crate::siting;
use crate::units::{Load, ProductIdx, SiteIdx};

/// The ways past all sites, in the order of their sites.
pub(super) struct PastSites {
    /// The real sites.
    pub(super) sizes: Sizes,
    n_sites: usize,
    /// Supplies that serve directly: all of them or none.
    n_direct: usize,
    is_outsourced: bool,
}

impl PastSites {
    /// What stands for the ways in the solver's problem. Where demands must be brought whole, a supply that serves
    /// directly is as large as what it has, so that they are packed into it.
    pub(super) fn solver_sites(&self, data: &Siting) -> Vec<siting::Site> {
        let packs = data.demand_lines.iter().any(|line| line.single_source);
        let site = |way: usize| siting::Site {
            status: siting::SiteStatus::Required,
            capacity: if packs && way < self.n_direct { capacity(data, way) } else { None },
            ..siting::Site::FREE
        };
        (0..self.len()).map(site).collect()
    }

    pub(super) fn new(data: &Siting, has_direct_lanes: bool) -> Self {
        let sizes = Sizes::new(data);
        Self {
            n_sites: sizes.len(),
            sizes,
            n_direct: if has_direct_lanes { data.supply_openings.len() } else { 0 },
            is_outsourced: data.demand_lines.iter().any(|line| line.outsourcing.is_some()),
        }
    }

    /// Number of ways.
    pub(super) fn len(&self) -> usize {
        self.n_direct + usize::from(self.is_outsourced)
    }

    /// The way of a supply that serves directly.
    pub(super) fn way_of(&self, supply: usize) -> Option<usize> {
        (supply < self.n_direct).then_some(supply)
    }

    /// The ways that a demand line may be served by, and what a unit costs there, in the currency.
    pub(super) fn rates(&self, problem: &Problem, data: &Siting, line: &DemandLine) -> Vec<(SiteIdx, f64)> {
        let mut rates = Vec::new();
        if self.n_direct > 0 {
            for supply in &data.supply_lines {
                let rate = problem.direct_rate(supply, line);
                rates.extend(rate.map(|rate| (SiteIdx::new(self.n_sites + supply.supply), rate)));
            }
        }
        rates.extend(line.outsourcing.map(|rate| (SiteIdx::new(self.n_sites + self.n_direct), rate)));
        rates
    }

    /// Where goods from outside come from, one for each product: the solver wants a supply for them when there are any.
    pub(super) fn outside_supplies(&self, data: &Siting) -> Vec<siting::Supply> {
        if !self.is_outsourced || data.supply_lines.is_empty() {
            return Vec::new();
        }
        let mut unit_cost = vec![f64::INFINITY; self.n_sites + self.len()];
        unit_cost[self.n_sites + self.n_direct] = 0.0;
        let supply = |product: usize| siting::Supply {
            product: ProductIdx::new(product),
            capacity: None,
            unit_cost: unit_cost.clone(),
        };
        (0..data.products.len()).map(supply).collect()
    }

    /// What the solver decided, in the problem's own terms: which of its sites are open, from which supply to which of
    /// them goods flow, and from which of them to which demand line.
    pub(super) fn choice(
        &self,
        data: &Siting,
        open: &[bool],
        inflows: impl IntoIterator<Item = (usize, usize, Load)>,
        flows: impl IntoIterator<Item = (usize, usize, Load)>,
    ) -> SitingChoice {
        let mut choice = SitingChoice {
            open: vec![false; data.sites.len()],
            sizes: vec![0; data.sites.len()],
            ..SitingChoice::default()
        };
        for (site, size) in (0..self.n_sites).filter(|&site| open[site]).map(|site| self.sizes.site(site)) {
            (choice.open[site], choice.sizes[site]) = (true, size);
        }
        let inflows = inflows.into_iter().filter(|&(_, site, _)| site < self.n_sites);
        choice.inflows = inflows.map(|(row, site, amount)| (row, self.sizes.site(site).0, amount)).collect();
        for (site, row, amount) in flows {
            match site.checked_sub(self.n_sites) {
                None => choice.flows.push((self.sizes.site(site).0, row, amount)),
                Some(way) if way < self.n_direct => choice.direct.push((line_of(data, way, row), row, amount)),
                Some(_) => choice.outsourced.push((row, amount)),
            }
        }
        choice
    }
}

/// Capacity units that all a supply has would take; `None` without limit.
fn capacity(data: &Siting, supply: usize) -> Option<Load> {
    let lines = data.supply_lines.iter().filter(|line| line.supply == supply);
    lines.map(|line| line.capacity.map(|most| most * data.products[line.product.get()].weight)).sum()
}

/// The supply line from which a demand line is served directly.
fn line_of(data: &Siting, supply: usize, demand_line: usize) -> usize {
    let product = data.demand_lines[demand_line].product;
    let line = data.supply_lines.iter().position(|line| line.supply == supply && line.product == product);
    line.expect("direct services are offered by supplies of the product only")
}
