//! Which sites the relaxation opens: least sum of site values under fixings, counts and total capacity.

/// What limits the choice of open sites.
pub(super) struct Limits<'a> {
    /// Most weight each site can pass.
    pub(super) useful: &'a [f64],
    /// Weight that the open sites must pass together.
    pub(super) needed: f64,
    pub(super) min_open: usize,
    pub(super) max_open: usize,
}

/// The LP bound and solution of the choice.
pub(super) struct Selection {
    pub(super) value: f64,
    /// Price of one unit of the total capacity.
    pub(super) price: f64,
    /// Share of each site that is open.
    pub(super) open: Vec<f64>,
    /// Price below which a free site is worth opening when counts bind, else zero.
    pub(super) threshold: f64,
}

/// Minimizes the sum of `values` over the open sites. `fixed[i]` forces a site open or closed.
///
/// The capacity row is priced by bisection: every price gives a valid bound, and the last two bracket the best one.
pub(super) fn select(values: &[f64], fixed: &[Option<bool>], limits: &Limits<'_>) -> Selection {
    let mut order: Vec<usize> = (0..values.len()).filter(|&i| fixed[i].is_none()).collect();
    let at = |price: f64, order: &mut Vec<usize>| choose(values, fixed, limits, price, order);
    let low = at(0.0, &mut order);
    if low.passed >= limits.needed {
        return low.selection(values, limits, 0.0);
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
        let choice = at(price, &mut order);
        if choice.passed >= limits.needed {
            upper = Some((price, choice));
            break;
        }
        bracket = (price, choice);
        price *= 4.0;
    }
    let Some(mut upper) = upper else {
        // Counts keep the capacity short at every price tried: the last bound is still valid.
        let (price, choice) = bracket;
        return choice.selection(values, limits, price);
    };
    for _ in 0..60 {
        let middle = 0.5 * (bracket.0 + upper.0);
        if middle <= bracket.0 || middle >= upper.0 || bracket.1.open == upper.1.open {
            break;
        }
        let choice = at(middle, &mut order);
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
    let below = bracket.1.selection(values, limits, bracket.0);
    let mut best = upper.1.selection(values, limits, upper.0);
    for (mine, other) in best.open.iter_mut().zip(&below.open) {
        *mine = share * *mine + (1.0 - share) * other;
    }
    if below.value > best.value {
        (best.value, best.price, best.threshold) = (below.value, below.price, below.threshold);
    }
    best
}

/// The choice at one price of capacity.
struct Choice {
    open: Vec<bool>,
    passed: f64,
    threshold: f64,
}

fn choose(values: &[f64], fixed: &[Option<bool>], limits: &Limits<'_>, price: f64, order: &mut [usize]) -> Choice {
    let value = |i: usize| values[i] - price * limits.useful[i];
    let mut open: Vec<bool> = fixed.iter().map(|&fixed| fixed == Some(true)).collect();
    let n_fixed = open.iter().filter(|&&open| open).count();
    let (least, most) = (limits.min_open.saturating_sub(n_fixed), limits.max_open.saturating_sub(n_fixed));
    let n_negative = order.iter().filter(|&&i| value(i) < 0.0).count();
    let n_taken = n_negative.clamp(least.min(order.len()), most.min(order.len()).max(least.min(order.len())));
    let mut threshold = 0.0;
    if n_taken == n_negative {
        order.iter().filter(|&&i| value(i) < 0.0).for_each(|&i| open[i] = true);
    } else {
        if n_taken < order.len() {
            order.select_nth_unstable_by(n_taken, |&a, &b| value(a).total_cmp(&value(b)).then(a.cmp(&b)));
        }
        let last = order[..n_taken].iter().map(|&i| value(i)).fold(f64::NEG_INFINITY, f64::max);
        threshold = match order.get(n_taken) {
            Some(&next) if last.is_finite() => 0.5 * (value(next) + last),
            Some(&next) => value(next),
            // All are needed for the count: any threshold above the last keeps them open.
            None => 2.0 * last.abs() + 1.0,
        };
        order[..n_taken].iter().for_each(|&i| open[i] = true);
    }
    let passed = (0..open.len()).filter(|&i| open[i]).map(|i| limits.useful[i]).sum();
    Choice { open, passed, threshold }
}

impl Choice {
    fn selection(&self, values: &[f64], limits: &Limits<'_>, price: f64) -> Selection {
        let chosen = (0..values.len()).filter(|&i| self.open[i]).map(|i| values[i] - price * limits.useful[i]);
        Selection {
            value: price * limits.needed + chosen.sum::<f64>(),
            price,
            open: self.open.iter().map(|&open| f64::from(u8::from(open))).collect(),
            threshold: self.threshold,
        }
    }
}
