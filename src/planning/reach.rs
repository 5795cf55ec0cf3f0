//! The sites that a demand line is priced at: those within its reach, or the nearest where all are too many.

use crate::model::Problem;
use crate::model::problem::{DemandLine, Siting};
use crate::spatial::{Metric, NearestPlaces, Point};
use crate::units::{Distance, SiteIdx};

/// Pairs of a site and a demand line that are all priced.
const ALL_PAIRS: usize = 20_000_000;

/// Fewest nearest sites that a line is priced at otherwise.
const FEWEST: usize = 100;

/// For each site that may be open, this many are priced where their number is limited.
const PER_OPEN: usize = 4;

/// Most pairs that are priced then.
const NEAR_PAIRS: usize = 40_000_000;

/// An index of places where there are coordinates and reason to use it.
pub(super) struct Reach<'a> {
    index: Option<Index>,
    points: &'a [Point],
    n_sites: usize,
    /// How many nearest sites a line without a distance limit is priced at.
    n_near: usize,
    /// Beyond this no site is asked for.
    within: Distance,
    /// The least that handling costs anywhere.
    handling: f64,
}

/// The sites' places, and what turns their distance by the metric into one of the road.
struct Index {
    near: NearestPlaces,
    places: Vec<Point>,
    metric: Metric,
    factor: f64,
}

impl<'a> Reach<'a> {
    /// Of sites `within` a distance.
    pub(super) fn new(problem: &'a Problem, data: &Siting, within: Distance) -> Self {
        let (n_sites, n_lines) = (data.sites.len(), data.demand_lines.len());
        let n_sizes: usize = data.sites.iter().map(|site| site.sizes.len()).sum();
        let sizes = data.sites.iter().flat_map(|site| &site.sizes);
        let handling = sizes.map(|size| size.handling).fold(f64::INFINITY, f64::min);
        let is_limited = data.demand_lines.iter().any(|line| line.max_distance.min(within) < Distance::HUGE);
        let all = Self { index: None, points: &[], n_sites, n_near: n_sites, within, handling };
        let Some(direct) = problem.travel.direct() else { return all };
        let params = direct.params();
        // Nearest by the index is nearest by the road only in these metrics, and cheapest only by the kilometer.
        let is_ranked = matches!(params.metric, Metric::Euclidean | Metric::Haversine)
            && problem.scenario.lanes.outbound.unit_costs.is_none()
            && problem.scenario.lanes.outbound.product_unit_costs.is_empty();
        let is_large = n_sizes.saturating_mul(n_lines) > ALL_PAIRS && is_ranked;
        if !is_limited && !is_large {
            return all;
        }
        let places: Vec<Point> = data.sites.iter().map(|site| direct.points()[site.location.get()]).collect();
        let near = NearestPlaces::new(params.metric, &places);
        let index = Index { near, places, metric: params.metric, factor: params.circuity * params.scale };
        let per_line = NEAR_PAIRS * n_sites / n_sizes.max(1) / n_lines.max(1);
        let wanted = FEWEST.max(PER_OPEN * n_sites.div_ceil(data.max_open.max(1)));
        Self {
            index: Some(index),
            points: direct.points(),
            n_near: if is_large { wanted.min(per_line.max(1)).min(n_sites) } else { n_sites },
            ..all
        }
    }

    /// The same without a limit on the number of sites.
    pub(super) fn of_all(self) -> Self {
        Self { n_near: self.n_sites, ..self }
    }

    /// The sites, ascending, and what a unit costs at least, in the currency, at those that are left out; infinite where
    /// the line's own limits leave them out.
    pub(super) fn sites(&self, problem: &Problem, line: &DemandLine) -> (Vec<SiteIdx>, f64) {
        match &self.index {
            // One more than the limit, since distances are rounded.
            Some(index) if line.max_distance.min(self.within) < Distance::HUGE => {
                let radius = (line.max_distance.min(self.within).get() as f64 + 1.0) / index.factor;
                let within = index.near.within(self.points[line.location.get()], radius, &index.places);
                (within.into_iter().map(SiteIdx::new).collect(), f64::INFINITY)
            }
            Some(index) if self.n_near < self.n_sites => {
                let here = self.points[line.location.get()];
                let mut near = index.near.nearest(here, self.n_near + 1);
                let next = near.pop().expect("there are more sites than are asked for");
                // Whatever was rounded on the way, those left out are no nearer than this.
                let distance = index.metric.distance(here, index.places[next]) * index.factor * (1.0 - 1e-6) - 2.0;
                let lane = &problem.scenario.lanes.outbound;
                let per_km = lane.per_unit_km.unwrap_or(0.0);
                let rest = lane.per_unit.unwrap_or(0.0) + per_km * distance.max(0.0) / 1000.0 + self.handling;
                near.sort_unstable();
                (near.into_iter().map(SiteIdx::new).collect(), rest)
            }
            Some(_) | None => ((0..self.n_sites).map(SiteIdx::new).collect(), f64::INFINITY),
        }
    }
}
