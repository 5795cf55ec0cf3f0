//! Regions to branch on: sites near each other of which the relaxation opens a number that is not whole.
//!
//! Where few large sites open, closing one hardly changes the bound, as others nearby take its part; how many open in all, and
//! in each neighborhood, decides more. Branching on sums of flags is the constraint branching of Ryan & Foster (1981), in:
//! Wren (ed.), Computer Scheduling of Public Transport; the choice of neighborhoods is ours.

use super::super::bounds::{Fixing, Region};
use super::super::prepared::Prepared;

/// Rows whose costs say where sites are.
const N_SAMPLED: usize = 64;

/// Sites, those of the largest shares, that neighborhoods are drawn around.
const N_CENTERS: usize = 30;

/// Neighborhoods have shares below this many sites. Tuned on eight problems of 300 and 500 sites, with up to eight.
const MOST_SHARES: usize = 2;

/// How far from half of a site the shares of a neighborhood may be off a whole number, and those of a region.
const MOST_OFF: f64 = 0.3;
const MOST_OFF_REGION: f64 = 0.45;

/// A neighborhood is the better, the less is open within this factor of its radius.
const BAND: f32 = 1.25;

/// What a region is preferred by to neighborhoods.
const REGION_FIRST: f64 = 0.25;

/// Where sites are, by their costs per unit to a sample of the rows.
pub(super) struct Whereabouts {
    /// By site, then row; not a number where it cannot serve it.
    costs: Vec<f32>,
    n_sampled: usize,
}

/// Sites to count: either at most `most` of them are open, or more.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    /// Ascending.
    pub(super) sites: Vec<usize>,
    pub(super) most: usize,
}

/// What the relaxation opens, where some of it is decided.
#[derive(Clone, Copy)]
pub(super) struct Relaxed<'a> {
    /// Share of each site that is open on average.
    pub(super) shares: &'a [f64],
    pub(super) fixed: &'a Fixing,
    pub(super) regions: &'a [Region],
}

impl Whereabouts {
    /// O(sites × rows sampled × log rows).
    pub(super) fn new(prepared: &Prepared<'_>) -> Self {
        let n_rows = prepared.n_rows();
        let n_sampled = N_SAMPLED.min(n_rows);
        let sampled = || (0..n_sampled).map(|at| at * n_rows / n_sampled);
        let cost = |i: usize, j: usize| prepared.arc_cost(i, j).map_or(f64::NAN, |cost| cost / prepared.demand[j]);
        let costs = (0..prepared.n_sites()).flat_map(|i| sampled().map(move |j| cost(i, j) as f32)).collect();
        Self { costs, n_sampled }
    }

    /// How far two sites are from each other, in costs of units.
    fn distance(&self, i: usize, k: usize) -> f32 {
        let of = |i: usize| &self.costs[i * self.n_sampled..(i + 1) * self.n_sampled];
        let differences = of(i).iter().zip(of(k)).map(|(a, b)| (a - b).abs());
        differences.filter(|difference| difference.is_finite()).sum()
    }
}

/// At most `n` sums to branch on, the likeliest first. O(centers × sites × (rows sampled + log sites)).
pub(super) fn sums(prepared: &Prepared<'_>, whereabouts: &Whereabouts, relaxed: Relaxed<'_>, n: usize) -> Vec<Sum> {
    let n_sites = prepared.n_sites();
    let (least, most) = (prepared.min_open, prepared.problem.max_open());
    let all = Region { sites: (0..n_sites).collect(), least, most };
    let regions = relaxed.regions.iter().chain([&all]);
    let mut found: Vec<(f64, Sum)> = regions.filter_map(|region| count(region, relaxed)).collect();
    let mut region_of = vec![None; n_sites];
    for (r, region) in relaxed.regions.iter().enumerate().rev() {
        region.sites.iter().for_each(|&i| region_of[i] = Some(r));
    }
    let free: Vec<usize> = (0..n_sites).filter(|&i| relaxed.fixed[i].is_none()).collect();
    let mut centers = free.clone();
    centers.sort_by(|&a, &b| relaxed.shares[b].total_cmp(&relaxed.shares[a]).then(a.cmp(&b)));
    let mut best: [Option<(f64, Sum)>; MOST_SHARES] = [const { None }; MOST_SHARES];
    for &center in centers.iter().take(N_CENTERS) {
        let own = free.iter().copied().filter(|&i| region_of[i] == region_of[center]);
        let mut near: Vec<(f32, usize)> = own.map(|i| (whereabouts.distance(center, i), i)).collect();
        near.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let most = region_of[center].map_or(most, |r| relaxed.regions[r].most);
        keep_best(&near, relaxed.shares, &mut best[..MOST_SHARES.min(most)]);
    }
    found.extend(best.into_iter().flatten());
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.into_iter().take(n).map(|(_, sum)| sum).collect()
}

/// The sum over a region, with its rank, where its shares are not whole and either side of them is possible.
fn count(region: &Region, relaxed: Relaxed<'_>) -> Option<(f64, Sum)> {
    let (n_open, n_free) = open_and_free(region, relaxed.fixed);
    let free = region.sites.iter().filter(|&&i| relaxed.fixed[i].is_none());
    let shares = n_open as f64 + free.map(|&i| relaxed.shares[i]).sum::<f64>();
    let (off, most) = off_half(shares);
    let possible = region.least.max(n_open)..region.most.min(n_open + n_free);
    let sum = || Sum { sites: region.sites.clone(), most };
    (off < MOST_OFF_REGION && possible.contains(&most)).then(|| (off - REGION_FIRST, sum()))
}

/// Keeps the best of the neighborhoods around the first of the `near` sites, which are in the order of their distances, by
/// the whole part of their shares.
fn keep_best(near: &[(f32, usize)], shares: &[f64], best: &mut [Option<(f64, Sum)>]) {
    let mut within = Vec::with_capacity(near.len());
    let mut sum = 0.0;
    for &(_, i) in near {
        sum += shares[i];
        within.push(sum);
    }
    for at in 1..near.len().saturating_sub(1) {
        let (off, most) = off_half(within[at]);
        let Some(best) = best.get_mut(most).filter(|_| off <= MOST_OFF) else { continue };
        let radius = near[at].0;
        let first = near.partition_point(|site| site.0 < radius / BAND);
        let end = near.partition_point(|site| site.0 <= radius * BAND);
        let around = within[end - 1] - first.checked_sub(1).map_or(0.0, |last| within[last]);
        let rank = 2.0 * off + around / (within[at] + 0.5);
        if best.as_ref().is_none_or(|best| rank < best.0) {
            let mut sites: Vec<usize> = near[..=at].iter().map(|near| near.1).collect();
            sites.sort_unstable();
            *best = Some((rank, Sum { sites, most }));
        }
    }
}

/// How far shares are from the middle between two whole numbers, and the lower one.
fn off_half(shares: f64) -> (f64, usize) {
    let whole = shares.max(0.0).floor();
    ((shares - whole - 0.5).abs(), whole as usize)
}

fn open_and_free(region: &Region, fixed: &Fixing) -> (usize, usize) {
    let n_open = region.sites.iter().filter(|&&i| fixed[i] == Some(true)).count();
    let n_free = region.sites.iter().filter(|&&i| fixed[i].is_none()).count();
    (n_open, n_free)
}

/// Goes over to one side of `sum`: to more open sites, or to no more.
pub(super) fn limit(regions: &mut Vec<Region>, sum: &Sum, to_more: bool) {
    let (least, most) = if to_more { (sum.most + 1, sum.sites.len()) } else { (0, sum.most) };
    if let Some(region) = regions.iter_mut().find(|region| region.sites == sum.sites) {
        (region.least, region.most) = (region.least.max(least), region.most.min(most));
        return;
    }
    let at = regions.partition_point(|region| region.sites.len() <= sum.sites.len());
    regions.insert(at, Region { sites: sum.sites.clone(), least, most });
}

/// Fixes the sites that limits of regions decide, and drops regions that nothing is left to decide in. False when some limit
/// cannot be kept.
pub(super) fn propagate(regions: &mut Vec<Region>, fixed: &mut Fixing) -> bool {
    loop {
        let mut is_new = false;
        for region in regions.iter() {
            let (n_open, n_free) = open_and_free(region, fixed);
            if n_open > region.most || n_open + n_free < region.least {
                return false;
            }
            let needs_all = n_open + n_free == region.least;
            if n_free > 0 && (needs_all || n_open == region.most) {
                region.sites.iter().for_each(|&i| _ = fixed[i].get_or_insert(needs_all));
                is_new = true;
            }
        }
        if !is_new {
            break;
        }
    }
    regions.retain(|region| {
        let (n_open, n_free) = open_and_free(region, fixed);
        n_open < region.least || n_open + n_free > region.most
    });
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::rng;
    use rand::RngExt as _;

    #[test]
    fn the_sides_of_sums_share_out_all_open_sets_and_regions_nest() {
        let mut rng = rng(11, 0);
        let n = 8;
        for case in 0..300 {
            let (mut regions, mut fixed): (Vec<Region>, Fixing) = (Vec::new(), vec![None; n]);
            let mut kept: Vec<u32> = (0..1 << n).collect();
            // Ever smaller sets, each within the last.
            let mut sites: Vec<usize> = (0..n).collect();
            while sites.len() > 1 {
                let sum = Sum { most: rng.random_range(0..sites.len()), sites: sites.clone() };
                let to_more = rng.random::<bool>();
                limit(&mut regions, &sum, to_more);
                let n_open = |set: u32| sum.sites.iter().filter(|&&i| set >> i & 1 == 1).count();
                kept.retain(|&set| (n_open(set) > sum.most) == to_more);
                assert!(regions.is_sorted_by_key(|region| region.sites.len()));
                if !propagate(&mut regions, &mut fixed) {
                    assert!(kept.is_empty(), "case {case}");
                    break;
                }
                let keeps = |set: u32| {
                    let in_region = |region: &Region| region.sites.iter().filter(|&&i| set >> i & 1 == 1).count();
                    regions.iter().all(|region| (region.least..=region.most).contains(&in_region(region)))
                        && (0..n).all(|i| fixed[i].is_none_or(|open| open == (set >> i & 1 == 1)))
                };
                let left: Vec<u32> = (0..1 << n).filter(|&set| keeps(set)).collect();
                assert_eq!(left, kept, "case {case}");
                sites.remove(rng.random_range(0..sites.len()));
            }
        }
    }
}
