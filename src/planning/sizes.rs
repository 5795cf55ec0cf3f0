//! The sizes of sites: to the solver each is a site of its own, and at most one of a place is open.

use crate::model::problem::{Siting, Size};
use crate::model::scenario::SiteStatus;
use crate::siting::{self, Place};
use crate::units::{Cost, Load};
use std::ops::Range;

/// A site's status in the solver's terms.
pub(super) fn status(status: SiteStatus) -> siting::SiteStatus {
    match status {
        SiteStatus::Candidate | SiteStatus::Existing => siting::SiteStatus::Free,
        SiteStatus::Required => siting::SiteStatus::Required,
        SiteStatus::Forbidden => siting::SiteStatus::Forbidden,
    }
}

/// Most throughput of a size; where there is one product only, this is its own capacity too.
pub(super) fn capacity(data: &Siting, size: &Size) -> Option<Load> {
    let own = match (data.products.as_slice(), size.product_capacity.as_slice()) {
        ([product], [most]) if *most < Load::HUGE => Some(*most * product.weight),
        _ => None,
    };
    size.capacity.into_iter().chain(own).min()
}

/// Capacities of a size by product, where there are several.
pub(super) fn product_capacity(data: &Siting, size: &Size) -> Vec<Load> {
    if data.products.len() > 1 { size.product_capacity.clone() } else { Vec::new() }
}

/// Which of the solver's sites stand for which site of the problem.
pub(super) struct Sizes {
    /// The solver's sites of each of the problem's.
    of_site: Vec<Range<usize>>,
    /// The problem's site of each of the solver's.
    site: Vec<usize>,
}

impl Sizes {
    pub(super) fn new(data: &Siting) -> Self {
        let mut sizes = Self { of_site: Vec::with_capacity(data.sites.len()), site: Vec::new() };
        for (row, site) in data.sites.iter().enumerate() {
            let first = sizes.site.len();
            sizes.site.extend(std::iter::repeat_n(row, site.sizes.len()));
            sizes.of_site.push(first..sizes.site.len());
        }
        sizes
    }

    /// Number of the solver's sites.
    pub(super) fn len(&self) -> usize {
        self.site.len()
    }

    /// The problem's site that one of the solver's stands for, and which of its sizes.
    pub(super) fn site(&self, solver_site: usize) -> (usize, usize) {
        let site = self.site[solver_site];
        (site, solver_site - self.of_site[site].start)
    }

    /// The problem's site of each of the solver's.
    pub(super) fn sites(&self) -> &[usize] {
        &self.site
    }

    /// The solver's sites that stand for one of the problem's.
    pub(super) fn of(&self, site: usize) -> Range<usize> {
        self.of_site[site].clone()
    }

    /// What the solver chooses from.
    pub(super) fn solver_sites(&self, data: &Siting) -> Vec<siting::Site> {
        let site = |at: usize| {
            let (row, size) = self.site(at);
            let (site, stated) = (&data.sites[row], &data.sites[row].sizes[size]);
            // The first size carries what closing the place costs; another that opens takes it back.
            let (closed, refund) = if size == 0 { (site.closing, Cost::ZERO) } else { (Cost::ZERO, site.closing) };
            siting::Site {
                status: match site.status {
                    SiteStatus::Required if site.sizes.len() > 1 => siting::SiteStatus::Free,
                    other => status(other),
                },
                open: stated.opening + stated.operating - refund,
                closed,
                capacity: capacity(data, stated),
                product_capacity: product_capacity(data, stated),
                least: site.min_throughput,
                spending: stated.opening,
            }
        };
        (0..self.len()).map(site).collect()
    }

    /// The solver's places, in the order of the problem's sites.
    pub(super) fn places(&self, data: &Siting) -> Vec<Place> {
        let place = |(sites, site): (&Range<usize>, &crate::model::problem::Site)| Place {
            sites: sites.clone(),
            is_required: site.status == SiteStatus::Required,
        };
        self.of_site.iter().zip(&data.sites).map(place).collect()
    }

    /// The solver's site for a site of the problem at a level, or at what it states itself.
    pub(super) fn at_level(&self, data: &Siting, site: usize, is_level: impl Fn(&Size) -> bool) -> Option<usize> {
        data.sites[site].sizes.iter().position(is_level).map(|size| self.of_site[site].start + size)
    }
}
