//! Which sites the relaxation opens: least sum of site values under fixings, places, counts, funds and total capacity.

use super::knapsack::Knapsack;
use super::regions::{InRegions, Region};
use crate::siting::Place;

/// What limits the choice of open sites.
pub(super) struct Limits<'a> {
    /// Which sites exclude each other, in their order.
    pub(super) places: &'a [Place],
    /// Most weight each site can pass.
    pub(super) useful: &'a [f64],
    /// Weight that the open sites must pass together.
    pub(super) needed: f64,
    /// What each site spends of the funds.
    pub(super) spending: &'a [f64],
    /// Most that the open sites may spend together; may be infinite.
    pub(super) funds: f64,
    pub(super) min_open: usize,
    pub(super) max_open: usize,
    /// Where a number of sites has to be open, in the order of sizes; for places of one site each only.
    pub(super) regions: &'a [Region],
    /// Weight, from zero to one, of the choice of whole sites in [`Selection::open`]; where zero it is not asked for.
    pub(super) whole: f64,
}

impl Limits<'_> {
    /// Whether nothing but the capacity that is needed, and a least count, can keep a site from opening or closing.
    fn covers_only(&self) -> bool {
        let is_free = |place: &Place| place.sites.len() == 1 && !place.is_required;
        let is_counted = !self.regions.is_empty() || self.max_open >= self.useful.len();
        self.funds.is_infinite() && is_counted && self.places.iter().all(is_free)
    }
}

/// The bound and solution of the choice.
pub(super) struct Selection {
    pub(super) value: f64,
    /// The bound where sites may open in part, which [`reduced`](Self::reduced) counts from.
    pub(super) linear: f64,
    /// Price of one unit of the total capacity.
    pub(super) price: f64,
    /// Price of one unit of the funds.
    pub(super) rent: f64,
    /// Share of each site that is open.
    pub(super) open: Vec<f64>,
    /// Value of opening each site: what the sum would rise by, at least, if its flag were turned.
    pub(super) reduced: Vec<f64>,
    /// What the multipliers of regions add to the value, and how much less each site is worth opening for them; no shifts
    /// where there are no regions.
    pub(super) base: f64,
    pub(super) shifts: Vec<f64>,
    /// Sum of the absolute terms that these add.
    pub(super) magnitude: f64,
}

/// Minimizes the sum of `values` over the open sites. `fixed[i]` forces a site open or closed. Where nothing but the total
/// capacity limits the choice, sites open whole.
///
/// Source: the stronger of the two bounds of Sridharan (1993), EJOR 66(3), section 2.
pub(super) fn select(values: &[f64], fixed: &[Option<bool>], limits: &Limits<'_>) -> Selection {
    let mut selection = select_in_part(values, fixed, limits);
    if limits.whole > 0.0 && selection.price > 0.0 && limits.covers_only() {
        open_whole(&mut selection, values, fixed, limits);
    }
    selection
}

/// Opens whole sites: those that are dear close as far as the capacity allows, which is a knapsack over their sizes. A least
/// count is left out, as it mostly follows from the capacity; without it the bound is valid still.
///
/// Source: the relaxation with a total demand row of Cornuejols, Sridharan & Thizy (1991), EJOR 50(3).
fn open_whole(selection: &mut Selection, values: &[f64], fixed: &[Option<bool>], limits: &Limits<'_>) {
    let mut knapsack = Knapsack::new();
    knapsack.begin(0.0);
    let may_open = |i: &usize| fixed[*i] != Some(false);
    let (mut value, mut passed) = (selection.base, 0.0);
    for i in (0..values.len()).filter(may_open) {
        let own = values[i] - selection.shifts.get(i).copied().unwrap_or(0.0);
        (value, passed) = (value + own, passed + limits.useful[i]);
        if fixed[i].is_none() && own > 0.0 {
            knapsack.push(-own, limits.useful[i], i as u32);
        }
    }
    // More than can be lost in the sum, and less than a unit.
    let spare = passed * (1.0 + 1e-12) - limits.needed;
    let (saved, n_closed, _) = knapsack.minimize_whole(spare);
    if spare < 0.0 || value + saved <= selection.value {
        return;
    }
    selection.value = value + saved;
    let mut open: Vec<bool> = (0..values.len()).map(|i| may_open(&i)).collect();
    knapsack.taken(n_closed).for_each(|i| open[i as usize] = false);
    for (share, &open) in selection.open.iter_mut().zip(&open) {
        *share += limits.whole * (f64::from(u8::from(open)) - *share);
    }
}

/// [`select`] where sites may open in part. Funds and capacity are priced by bisection, the capacity anew for each price of
/// the funds: all prices give a valid bound, and the last two bracket the best one.
fn select_in_part(values: &[f64], fixed: &[Option<bool>], limits: &Limits<'_>) -> Selection {
    let at = |rent: f64| {
        let rented: Vec<f64> = values.iter().zip(limits.spending).map(|(value, spent)| value + rent * spent).collect();
        let mut selection = within_capacity(&rented, fixed, limits);
        selection.rent = rent;
        if rent > 0.0 {
            selection.value -= rent * limits.funds;
            selection.linear = selection.value;
        }
        selection
    };
    let spent = |selection: &Selection| selection.open.iter().zip(limits.spending).map(|(x, s)| x * s).sum::<f64>();
    let free = at(0.0);
    if !limits.funds.is_finite() || spent(&free) <= limits.funds {
        return free;
    }
    // Beyond this rent nothing is worth opening for its value.
    let per_unit = values.iter().zip(limits.spending).filter(|(_, spent)| **spent > 0.0);
    let top = per_unit.map(|(value, spent)| -value / spent).fold(1e-9, f64::max);
    let (mut low, mut high) = (free, at(top * 1.000_001));
    for _ in 0..8 {
        if spent(&high) <= limits.funds {
            break;
        }
        // The capacity asks for more; where it cannot be paid, the bound rises with the rent.
        let dearer = at(4.0 * high.rent);
        low = std::mem::replace(&mut high, dearer);
    }
    for _ in 0..40 {
        let middle = 0.5 * (low.rent + high.rent);
        if middle <= low.rent || middle >= high.rent || high.rent - low.rent <= 1e-9 * high.rent {
            break;
        }
        let selection = at(middle);
        if spent(&selection) <= limits.funds {
            high = selection;
        } else {
            low = selection;
        }
    }
    let (below, above) = (spent(&high), spent(&low));
    let share = if above > below { ((limits.funds - below) / (above - below)).clamp(0.0, 1.0) } else { 0.0 };
    let (mut best, other) = if low.value > high.value { (low, high) } else { (high, low) };
    let share = if best.rent < other.rent { 1.0 - share } else { share };
    best.open.iter_mut().zip(&other.open).for_each(|(mine, other)| *mine = (1.0 - share) * *mine + share * other);
    best
}

/// [`select`] without funds.
fn within_capacity(values: &[f64], fixed: &[Option<bool>], limits: &Limits<'_>) -> Selection {
    if limits.regions.is_empty() {
        price_capacity(&mut Choices::new(values, fixed, limits), values, limits)
    } else {
        price_capacity(&mut InRegions::new(values, fixed, limits), values, limits)
    }
}

/// What can be chosen at each price of capacity.
pub(super) trait Choosing {
    /// The choice of least value at this price.
    fn at(&mut self, price: f64) -> Choice;

    /// The bound that such a choice proves.
    fn selection(&self, choice: &Choice, price: f64) -> Selection;
}

/// Prices the capacity row: the value is concave in the price and every choice is a tangent, so that the price goes to where
/// the tangents of the last two meet, one short of capacity and one not.
fn price_capacity(choosing: &mut impl Choosing, values: &[f64], limits: &Limits<'_>) -> Selection {
    let low = choosing.at(0.0);
    if low.passed >= limits.needed {
        return choosing.selection(&low, 0.0);
    }
    // Beyond this price every useful site is worth opening.
    let mut top = 1e-9f64;
    for (value, &useful) in values.iter().zip(limits.useful) {
        if useful > 0.0 {
            top = top.max(value.max(0.0) / useful);
        }
    }
    let mut bracket = (0.0, low);
    let mut upper = None;
    let mut price = top * 1.000_001;
    for _ in 0..8 {
        let choice = choosing.at(price);
        if choice.passed >= limits.needed {
            upper = Some((price, choice));
            break;
        }
        bracket = (price, choice);
        price *= 4.0;
    }
    let Some(mut upper) = upper else {
        // Counts keep the capacity short at every price tried: the last bound is still valid.
        return choosing.selection(&bracket.1, bracket.0);
    };
    let mut best = None;
    for step in 0..60 {
        let (below, above) = (limits.needed - bracket.1.passed, upper.1.passed - limits.needed);
        let rise = upper.1.value + above * upper.0 - bracket.1.value + below * bracket.0;
        // Tangents that hardly differ bring it little further.
        let middle = if step % 4 == 3 { 0.5 * (bracket.0 + upper.0) } else { rise / (below + above) };
        if middle <= bracket.0 || middle >= upper.0 || bracket.1.open == upper.1.open {
            break;
        }
        let choice = choosing.at(middle);
        let meeting = bracket.1.value + below * (middle - bracket.0);
        let is_best = step % 4 != 3 && choice.value >= meeting - 1e-13 * meeting.abs();
        if is_best {
            best = Some((middle, choice));
            break;
        }
        if choice.passed >= limits.needed {
            upper = (middle, choice);
        } else {
            bracket = (middle, choice);
        }
        if upper.0 - bracket.0 <= 1e-12 * upper.0 {
            break;
        }
    }
    let share = ((limits.needed - bracket.1.passed) / (upper.1.passed - bracket.1.passed)).clamp(0.0, 1.0);
    let (price, choice) = match &best {
        Some((price, choice)) => (*price, choice),
        None if bracket.1.value > upper.1.value => (bracket.0, &bracket.1),
        None => (upper.0, &upper.1),
    };
    let mut selection = choosing.selection(choice, price);
    let (below, above) = (&bracket.1.open, &upper.1.open);
    let mixed = below.iter().zip(above).map(|(&below, &above)| match (below, above) {
        (false, false) => 0.0,
        (false, true) => share,
        (true, false) => 1.0 - share,
        (true, true) => 1.0,
    });
    selection.open = mixed.collect();
    selection
}

/// What can be chosen within places and counts.
struct Choices<'a> {
    values: &'a [f64],
    fixed: &'a [Option<bool>],
    limits: &'a Limits<'a>,
    /// Places that may stay closed and have a site that may open, in the order of the last choice.
    order: Vec<u32>,
    /// The best site of each of them and its value.
    best: Vec<(f64, u32)>,
}

/// The choice at one price of capacity.
pub(super) struct Choice {
    pub(super) open: Vec<bool>,
    /// Weight that its sites can pass.
    pub(super) passed: f64,
    /// Of its sites at this price, and what the capacity that is needed costs.
    pub(super) value: f64,
    /// Price below which a free place is worth opening when counts bind, else zero.
    pub(super) threshold: f64,
}

impl<'a> Choices<'a> {
    fn new(values: &'a [f64], fixed: &'a [Option<bool>], limits: &'a Limits<'a>) -> Self {
        let is_free = |place: &Place| {
            let flags = &fixed[place.sites.clone()];
            !place.is_required && !flags.contains(&Some(true)) && flags.contains(&None)
        };
        let order = limits.places.iter().enumerate().filter(|(_, place)| is_free(place)).map(|(p, _)| p as u32);
        Self { values, fixed, limits, order: order.collect(), best: vec![(0.0, 0); limits.places.len()] }
    }

    fn value(&self, i: usize, price: f64) -> f64 {
        self.values[i] - price * self.limits.useful[i]
    }

    /// The best site of a place that may open.
    fn best_of(&self, place: &Place, price: f64) -> Option<(f64, u32)> {
        let allowed = place.sites.clone().filter(|&i| self.fixed[i] != Some(false));
        allowed.map(|i| (self.value(i, price), i as u32)).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
    }
}

impl Choosing for Choices<'_> {
    fn at(&mut self, price: f64) -> Choice {
        let limits = self.limits;
        let mut open: Vec<bool> = self.fixed.iter().map(|&fixed| fixed == Some(true)).collect();
        for place in limits.places.iter().filter(|place| place.is_required) {
            let is_decided = self.fixed[place.sites.clone()].contains(&Some(true));
            if let Some((_, i)) = self.best_of(place, price).filter(|_| !is_decided) {
                open[i as usize] = true;
            }
        }
        let n_fixed = open.iter().filter(|&&open| open).count();
        let (least, most) = (limits.min_open.saturating_sub(n_fixed), limits.max_open.saturating_sub(n_fixed));
        let mut n_negative = 0;
        for at in 0..self.order.len() {
            let p = self.order[at] as usize;
            self.best[p] = self.best_of(&limits.places[p], price).expect("free places have a site");
            n_negative += usize::from(self.best[p].0 < 0.0);
        }
        let (best, order) = (&self.best, &mut self.order);
        let value = |p: u32| best[p as usize].0;
        let least = least.min(order.len());
        let n_taken = n_negative.clamp(least, most.min(order.len()).max(least));
        let mut threshold = 0.0;
        if n_taken == n_negative {
            order.iter().filter(|&&p| value(p) < 0.0).for_each(|&p| open[best[p as usize].1 as usize] = true);
        } else {
            if n_taken < order.len() {
                order.select_nth_unstable_by(n_taken, |&a, &b| value(a).total_cmp(&value(b)).then(a.cmp(&b)));
            }
            let last = order[..n_taken].iter().map(|&p| value(p)).fold(f64::NEG_INFINITY, f64::max);
            threshold = match order.get(n_taken) {
                Some(&next) if last.is_finite() => 0.5 * (value(next) + last),
                Some(&next) => value(next),
                // All are needed for the count: any threshold above the last keeps them open.
                None => 2.0 * last.abs() + 1.0,
            };
            order[..n_taken].iter().for_each(|&p| open[best[p as usize].1 as usize] = true);
        }
        let chosen = || (0..open.len()).filter(|&i| open[i]);
        let passed = chosen().map(|i| limits.useful[i]).sum();
        let value = price * limits.needed + chosen().map(|i| self.value(i, price)).sum::<f64>();
        Choice { open, passed, value, threshold }
    }

    fn selection(&self, choice: &Choice, price: f64) -> Selection {
        Selection {
            value: choice.value,
            linear: choice.value,
            price,
            rent: 0.0,
            open: choice.open.iter().map(|&open| f64::from(u8::from(open))).collect(),
            reduced: self.reduced(choice, price),
            base: 0.0,
            shifts: Vec::new(),
            magnitude: 0.0,
        }
    }
}

impl Choices<'_> {
    /// A site competes with the others of its place, and with the place that would open or close in its stead.
    fn reduced(&self, choice: &Choice, price: f64) -> Vec<f64> {
        let mut reduced = Vec::with_capacity(self.values.len());
        for place in self.limits.places {
            let may_close = !place.is_required;
            for i in place.sites.clone() {
                let others = || place.sites.clone().filter(|&k| k != i);
                if others().any(|k| self.fixed[k] == Some(true)) {
                    // Open beside another of its place it would break the problem.
                    reduced.push(f64::INFINITY);
                    continue;
                }
                let others = others().filter(|&k| self.fixed[k].is_none()).map(|k| self.value(k, price));
                let instead = others.fold(if may_close { choice.threshold } else { f64::INFINITY }, f64::min);
                reduced.push(self.value(i, price) - instead);
            }
        }
        reduced
    }
}

#[cfg(test)]
mod tests {
    use super::{Limits, select};
    use crate::search::rng;
    use crate::siting::Place;
    use rand::RngExt as _;

    #[test]
    fn whole_sites_are_chosen_best_and_turned_flags_cost_no_less_than_said() {
        let mut rng = rng(5, 0);
        let n = 9;
        let places: Vec<Place> = (0..n).map(|i| Place { sites: i..i + 1, is_required: false }).collect();
        let mut n_stronger = 0;
        for case in 0..300 {
            let values: Vec<f64> = (0..n).map(|_| f64::from(rng.random_range(-20..80))).collect();
            let useful: Vec<f64> = (0..n).map(|_| f64::from(rng.random_range(1..40))).collect();
            let fixed: Vec<Option<bool>> =
                (0..n).map(|_| [None, None, None, Some(true), Some(false)][rng.random_range(0..5)]).collect();
            let most: f64 = (0..n).filter(|&i| fixed[i] != Some(false)).map(|i| useful[i]).sum();
            let needed = (most * rng.random_range(0.2..1.0)).floor();
            let total = |set: u32, of: &[f64]| (0..n).filter(|i| set >> i & 1 == 1).map(|i| of[i]).sum::<f64>();
            let keeps = |set: u32| (0..n).all(|i| fixed[i].is_none_or(|open| open == (set >> i & 1 == 1)));
            let least = |turned: Option<(usize, bool)>| {
                let sets = (0..1u32 << n).filter(|&set| keeps(set) && total(set, &useful) >= needed);
                let sets = sets.filter(|set| turned.is_none_or(|(i, open)| open == (set >> i & 1 == 1)));
                sets.map(|set| total(set, &values)).fold(f64::INFINITY, f64::min)
            };
            let (spending, funds) = (vec![0.0; n], f64::INFINITY);
            let limits = Limits {
                places: &places,
                useful: &useful,
                needed,
                spending: &spending,
                funds,
                min_open: 0,
                max_open: n,
                regions: &[],
                whole: 1.0,
            };
            let found = select(&values, &fixed, &limits);
            assert!((found.value - least(None)).abs() < 1e-6, "case {case}: {}, best {}", found.value, least(None));
            assert!(found.linear <= found.value + 1e-6, "case {case}");
            n_stronger += usize::from(found.linear < found.value - 1e-6);
            for i in (0..n).filter(|&i| fixed[i].is_none()) {
                let turned = least(Some((i, found.reduced[i] >= 0.0)));
                assert!(found.linear + found.reduced[i].abs() <= turned + 1e-6, "case {case}: site {i}");
            }
        }
        assert!(n_stronger > 50, "{n_stronger}");
    }
}
