//! Whether every demand has a site that may serve it.

use crate::model::defect::Defects;
use crate::model::problem::{DemandLine, Siting};
use crate::model::scenario::{Scenario, SiteStatus};
use crate::network::Travel;
use crate::spatial::{Metric, NearestPlaces, Point};
use crate::units::{Distance, Duration, LocationIdx, SiteIdx};
use rayon::prelude::*;

/// Checks every demand that limits its sites. With coordinates each takes a nearest-place query, with a matrix a scan
/// up to the first site in reach.
pub(super) fn check(scenario: &Scenario, siting: &Siting, travel: &Travel, defects: &mut Defects) {
    if scenario.lanes.direct.is_some() {
        // A supply may be near where no site is: the solver finds who is out of reach.
        return;
    }
    let allowed: Vec<SiteIdx> = (0..siting.sites.len())
        .filter(|&row| siting.sites[row].status != SiteStatus::Forbidden)
        .map(SiteIdx::new)
        .collect();
    if allowed.is_empty() {
        let detail = "all sites are forbidden, at least one is needed".to_owned();
        defects.add("/sites", "no_sites", detail, "let a site be a candidate");
        return;
    }
    let index = Index::new(siting, travel, &allowed);
    let out_of_reach: Vec<&DemandLine> = limited(siting, &allowed)
        .into_par_iter()
        .map_init(
            || None,
            |guess, line| {
                let found = in_reach(siting, travel, line, &allowed, index.as_ref(), *guess);
                *guess = found.or(*guess);
                found.is_none().then_some(line)
            },
        )
        .flatten()
        .collect();
    for line in out_of_reach {
        report(scenario, siting, travel, line, &allowed, defects);
    }
}

/// A line of each demand that might have no site; reach is the same for all products of a demand.
fn limited<'a>(siting: &'a Siting, allowed: &[SiteIdx]) -> Vec<&'a DemandLine> {
    let mut last = usize::MAX;
    siting
        .demand_lines
        .iter()
        .filter(|line| std::mem::replace(&mut last, line.demand) != line.demand)
        .filter(|line| line.outsourcing.is_none())
        .filter(|line| {
            let is_limited = line.max_distance < Distance::HUGE || line.max_duration < Duration::HUGE;
            is_limited || line.forbidden_sites.len() >= allowed.len()
        })
        .collect()
}

/// A site that may serve `line`, if there is one; the guess is tried first.
fn in_reach(
    siting: &Siting,
    travel: &Travel,
    line: &DemandLine,
    allowed: &[SiteIdx],
    index: Option<&Index<'_>>,
    guess: Option<SiteIdx>,
) -> Option<SiteIdx> {
    let may_serve = |site: &SiteIdx| {
        let from = siting.sites[site.get()].location;
        line.forbidden_sites.binary_search(site).is_err()
            && travel.distance(from, line.location) <= line.max_distance
            && travel.duration(from, line.location) <= line.max_duration
    };
    let near = || index.and_then(|index| index.candidates(line).into_iter().find(may_serve));
    let any = || if index.is_some_and(|index| index.is_exact) { None } else { allowed.iter().copied().find(may_serve) };
    guess.filter(may_serve).or_else(near).or_else(any)
}

/// The sites that may be opened, by place.
struct Index<'a> {
    places: NearestPlaces,
    points: &'a [Point],
    allowed: &'a [SiteIdx],
    /// Whether the nearest place by the index is the nearest by the metric.
    is_exact: bool,
}

impl<'a> Index<'a> {
    fn new(siting: &Siting, travel: &'a Travel, allowed: &'a [SiteIdx]) -> Option<Self> {
        let direct = travel.direct()?;
        let metric = direct.params().metric;
        let point = |location: LocationIdx| direct.points()[location.get()];
        let places: Vec<Point> = allowed.iter().map(|site| point(siting.sites[site.get()].location)).collect();
        let is_exact = match metric {
            Metric::Haversine | Metric::Euclidean => true,
            Metric::Manhattan => false,
        };
        Some(Self { places: NearestPlaces::new(metric, &places), points: direct.points(), allowed, is_exact })
    }

    /// The nearest site that is not forbidden, and perhaps some others.
    fn candidates(&self, line: &DemandLine) -> Vec<SiteIdx> {
        // One more than needed: two places at nearly one distance may come in either order.
        let count = line.forbidden_sites.len() + 2;
        self.places.nearest(self.points[line.location.get()], count).into_iter().map(|row| self.allowed[row]).collect()
    }
}

fn report(
    scenario: &Scenario,
    siting: &Siting,
    travel: &Travel,
    line: &DemandLine,
    allowed: &[SiteIdx],
    defects: &mut Defects,
) {
    let demand = &scenario.demands[line.demand];
    let hint =
        if defects.wants_search() { nearest_site(scenario, siting, travel, line, allowed) } else { String::new() };
    let mut limits = Vec::new();
    limits.extend(demand.max_distance.map(|most| format!("max_distance {most}")));
    limits.extend(demand.max_duration.map(|most| format!("max_duration {most}")));
    limits.extend(siting.radius.map(|radius| format!("coverage radius {radius}")));
    if !demand.forbidden_sites.is_empty() {
        limits.push(format!("{} forbidden sites", demand.forbidden_sites.len()));
    }
    defects.add(
        format!("/demands/{}", line.demand),
        "out_of_reach",
        format!("no site may serve demand `{}` ({})", demand.id, limits.join(", ")),
        &hint,
    );
}

/// A hint that names the nearest site that is not forbidden.
fn nearest_site(
    scenario: &Scenario,
    siting: &Siting,
    travel: &Travel,
    line: &DemandLine,
    allowed: &[SiteIdx],
) -> String {
    let place = |site: SiteIdx| siting.sites[site.get()].location;
    let nearest = allowed
        .iter()
        .filter(|site| line.forbidden_sites.binary_search(site).is_err())
        .map(|&site| (travel.distance(place(site), line.location), site))
        .min();
    let Some((distance, site)) = nearest else { return "take a site out of `forbidden_sites`".to_owned() };
    let duration = travel.duration(place(site), line.location);
    let id = &scenario.sites[site.get()].id;
    format!("the nearest site `{id}` is {} m and {} s away", distance.get(), duration.get())
}
