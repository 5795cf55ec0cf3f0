//! Regions whose number of open sites is limited, as branching on sums of flags leaves them: the choice of open sites there.
//!
//! Regions nest or have no site in common. So the best sites of each, from the inner ones out, make up the best choice, and
//! one multiplier per region bounds it.
//! Source: Federgruen & Groenevelt (1986), Operations Research 34(6), for the greedy choice.

use super::selection::{Choice, Choosing, Limits, Selection};

/// Sites of which no fewer than `least` and no more than `most` are open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    /// Ascending.
    pub(crate) sites: Vec<usize>,
    pub(crate) least: usize,
    pub(crate) most: usize,
}

/// What can be chosen at each price of capacity where regions are limited. The last region is that of all sites.
pub(super) struct InRegions<'a> {
    values: &'a [f64],
    fixed: &'a [Option<bool>],
    limits: &'a Limits<'a>,
    /// The least region that each site is in.
    region_of: Vec<usize>,
    /// The least region that each one but the last is within.
    parent: Vec<usize>,
    /// Sites of each that are not fixed.
    free: Vec<Vec<u32>>,
    /// How many of these have to be open, and may be, by region.
    counts: Vec<(usize, usize)>,
    /// The same in all, and those fixed open with them.
    n_fixed: Vec<usize>,
    /// Whether each site is taken, or left, whatever its value. Scratch space.
    forced: Vec<Option<bool>>,
    order: Vec<u32>,
}

impl<'a> InRegions<'a> {
    /// `limits.regions` are in the order of their sizes. O(sites of all regions).
    pub(super) fn new(values: &'a [f64], fixed: &'a [Option<bool>], limits: &'a Limits<'a>) -> Self {
        let n_regions = limits.regions.len();
        let mut region_of = vec![n_regions; values.len()];
        let mut parent = vec![n_regions; n_regions];
        let (mut free, mut counts, mut n_fixed) = (vec![Vec::new(); n_regions + 1], Vec::new(), Vec::new());
        for (r, region) in limits.regions.iter().enumerate().rev() {
            parent[r] = region_of[region.sites[0]];
            region.sites.iter().for_each(|&i| region_of[i] = r);
            free[r] = region.sites.iter().filter(|&&i| fixed[i].is_none()).map(|&i| i as u32).collect();
        }
        free[n_regions] = (0..values.len()).filter(|&i| fixed[i].is_none()).map(|i| i as u32).collect();
        let n_open = |sites: &mut dyn Iterator<Item = usize>| sites.filter(|&i| fixed[i] == Some(true)).count();
        for region in limits.regions {
            let n_open = n_open(&mut region.sites.iter().copied());
            n_fixed.push(n_open);
            counts.push((region.least.saturating_sub(n_open), region.most.saturating_sub(n_open)));
        }
        let n_open = n_open(&mut (0..values.len()));
        n_fixed.push(n_open);
        counts.push((limits.min_open.saturating_sub(n_open), limits.max_open.saturating_sub(n_open)));
        let (forced, order) = (vec![None; values.len()], Vec::new());
        Self { values, fixed, limits, region_of, parent, free, counts, n_fixed, forced, order }
    }

    fn value(&self, i: usize, price: f64) -> f64 {
        self.values[i] - price * self.limits.useful[i]
    }

    /// The sum of the multipliers of all regions that each one is within, itself included: so much less each of its sites is
    /// worth opening. With `choice` the best at `price` they leave no open site above zero and no closed one below.
    fn multipliers(&self, choice: &Choice, price: f64) -> Vec<f64> {
        let n = self.counts.len();
        // Between the dearest site that is open and the cheapest that is not.
        let mut between = vec![(f64::NEG_INFINITY, f64::INFINITY); n];
        let mut n_open = vec![0; n];
        for &i in &self.free[n - 1] {
            let i = i as usize;
            let (low, high) = &mut between[self.region_of[i]];
            if choice.open[i] {
                *low = low.max(self.value(i, price));
                n_open[self.region_of[i]] += 1;
            } else {
                *high = high.min(self.value(i, price));
            }
        }
        // Whether a region's multiplier may be above zero, and below.
        let may = |r: usize, n_open: usize| (n_open <= self.counts[r].0, n_open >= self.counts[r].1);
        for r in 0..n - 1 {
            let (may_rise, may_fall) = may(r, n_open[r]);
            let (low, high) = between[r];
            let above = self.parent[r];
            n_open[above] += n_open[r];
            if !may_fall {
                between[above].1 = between[above].1.min(high);
            }
            if !may_rise {
                between[above].0 = between[above].0.max(low);
            }
        }
        let mut sums = vec![0.0; n];
        for r in (0..n).rev() {
            let above = self.parent.get(r).map_or(0.0, |&above| sums[above]);
            let (low, high) = between[r];
            let (may_rise, may_fall) = may(r, n_open[r]);
            sums[r] = match above {
                above if above < low && may_rise => low,
                above if above > high && may_fall => high,
                above => above,
            };
        }
        sums
    }
}

impl Choosing for InRegions<'_> {
    /// O(sites of all regions).
    fn at(&mut self, price: f64) -> Choice {
        let mut open: Vec<bool> = self.fixed.iter().map(|&fixed| fixed == Some(true)).collect();
        self.forced.fill(None);
        for (r, &(least, most)) in self.counts.iter().enumerate() {
            let value = |i: &u32| self.values[*i as usize] - price * self.limits.useful[*i as usize];
            let forced = &mut self.forced;
            let n_taken = self.free[r].iter().filter(|&&i| forced[i as usize] == Some(true)).count();
            self.order.clear();
            self.order.extend(self.free[r].iter().filter(|&&i| forced[i as usize].is_none()));
            let by_value = |a: &u32, b: &u32| value(a).total_cmp(&value(b)).then(a.cmp(b));
            let (lacking, room) = (least.saturating_sub(n_taken), most.saturating_sub(n_taken));
            if room < self.order.len() {
                if room > 0 {
                    self.order.select_nth_unstable_by(room, by_value);
                }
                self.order.drain(room..).for_each(|i| forced[i as usize] = Some(false));
            }
            if lacking > 0 {
                if lacking < self.order.len() {
                    self.order.select_nth_unstable_by(lacking - 1, by_value);
                }
                self.order.iter().take(lacking).for_each(|&i| forced[i as usize] = Some(true));
            }
        }
        for &i in &self.free[self.counts.len() - 1] {
            let i = i as usize;
            open[i] = self.forced[i].unwrap_or_else(|| self.value(i, price) < 0.0);
        }
        let chosen = || (0..open.len()).filter(|&i| open[i]);
        let passed = chosen().map(|i| self.limits.useful[i]).sum();
        let value = price * self.limits.needed + chosen().map(|i| self.value(i, price)).sum::<f64>();
        Choice { open, passed, value, threshold: 0.0 }
    }

    /// Counted from the multipliers alone, so that the value is a bound whatever the choice is.
    fn selection(&self, choice: &Choice, price: f64) -> Selection {
        let sums = self.multipliers(choice, price);
        let (mut base, mut magnitude) = (0.0, 0.0);
        for (r, sum) in sums.iter().enumerate() {
            let multiplier = sum - self.parent.get(r).map_or(0.0, |&above| sums[above]);
            let (least, most) = self.counts[r];
            let count = self.n_fixed[r] + if multiplier > 0.0 { least } else { most };
            if multiplier != 0.0 {
                base += multiplier * count as f64;
                magnitude += multiplier.abs() * count as f64;
            }
        }
        let mut value = price * self.limits.needed + base;
        let shifts: Vec<f64> = self.region_of.iter().map(|&r| sums[r]).collect();
        let reduced: Vec<f64> = (0..shifts.len()).map(|i| self.value(i, price) - shifts[i]).collect();
        for (reduced, fixed) in reduced.iter().zip(self.fixed) {
            value += match fixed {
                None => reduced.min(0.0),
                Some(open) => f64::from(u8::from(*open)) * reduced,
            };
        }
        magnitude += shifts.iter().map(|shift| shift.abs()).sum::<f64>();
        let open = choice.open.iter().map(|&open| f64::from(u8::from(open))).collect();
        Selection { value, linear: value, price, rent: 0.0, open, reduced, base, shifts, magnitude }
    }
}

#[cfg(test)]
mod tests {
    use super::super::selection::{Limits, select};
    use super::Region;
    use crate::search::rng;
    use crate::siting::Place;
    use rand::RngExt as _;

    #[test]
    fn bounds_in_regions_hold_for_every_choice_and_meet_the_best_without_capacity() {
        let mut rng = rng(9, 0);
        let n = 9;
        let places: Vec<Place> = (0..n).map(|i| Place { sites: i..i + 1, is_required: false }).collect();
        let (mut n_bounded, mut n_stronger) = (0, 0);
        for case in 0..600 {
            let values: Vec<f64> = (0..n).map(|_| f64::from(rng.random_range(-40..80))).collect();
            let useful: Vec<f64> = (0..n).map(|_| f64::from(rng.random_range(1..40))).collect();
            let fixed: Vec<Option<bool>> =
                (0..n).map(|_| [None, None, None, None, Some(true), Some(false)][rng.random_range(0..6)]).collect();
            let needed =
                if case % 2 == 0 { 0.0 } else { (useful.iter().sum::<f64>() * rng.random_range(0.1..0.6)).floor() };
            // One region within another, and one beside them.
            let region = |sites: std::ops::Range<usize>, least: usize, most: usize| Region {
                sites: sites.collect(),
                least,
                most: most.max(least),
            };
            let regions = [
                region(0..2, rng.random_range(0..2), rng.random_range(0..3)),
                region(6..9, rng.random_range(0..3), rng.random_range(0..4)),
                region(0..5, rng.random_range(0..4), rng.random_range(1..6)),
            ];
            let total = |set: u32, of: &[f64]| (0..n).filter(|i| set >> i & 1 == 1).map(|i| of[i]).sum::<f64>();
            let n_open = |set: u32, sites: &[usize]| sites.iter().filter(|&&i| set >> i & 1 == 1).count();
            let keeps = |set: u32| {
                (0..n).all(|i| fixed[i].is_none_or(|open| open == (set >> i & 1 == 1)))
                    && regions.iter().all(|r| (r.least..=r.most).contains(&n_open(set, &r.sites)))
                    && (2..=7).contains(&set.count_ones())
            };
            let least = |turned: Option<(usize, bool)>| {
                let sets = (0..1u32 << n).filter(|&set| keeps(set) && total(set, &useful) >= needed);
                let sets = sets.filter(|set| turned.is_none_or(|(i, open)| open == (set >> i & 1 == 1)));
                sets.map(|set| total(set, &values)).fold(f64::INFINITY, f64::min)
            };
            let best = least(None);
            if best.is_infinite() {
                continue;
            }
            let limits = Limits {
                places: &places,
                useful: &useful,
                needed,
                spending: &vec![0.0; n],
                funds: f64::INFINITY,
                min_open: 2,
                max_open: 7,
                regions: &regions,
                whole: 1.0,
            };
            let found = select(&values, &fixed, &limits);
            assert!(found.value <= best + 1e-6, "case {case}: {}, best {best}", found.value);
            assert!(needed > 0.0 || found.value >= best - 1e-6, "case {case}: {}, best {best}", found.value);
            assert!(found.linear <= found.value + 1e-6, "case {case}");
            (n_bounded, n_stronger) = (n_bounded + 1, n_stronger + usize::from(found.linear < found.value - 1e-6));
            for i in (0..n).filter(|&i| fixed[i].is_none()) {
                let turned = least(Some((i, found.reduced[i] >= 0.0)));
                assert!(found.linear + found.reduced[i].abs() <= turned + 1e-6, "case {case}: site {i}");
            }
        }
        assert!(n_bounded > 200 && n_stronger > 20, "{n_bounded} {n_stronger}");
    }
}
