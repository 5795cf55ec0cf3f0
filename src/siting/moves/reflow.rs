//! Add, drop and swap where exact flows follow each change at little cost.
//!
//! From the present open set each promising site or plant is opened, then others are closed as long as that saves; prices
//! of the flows rule out closings that cannot. Source: Kuehn & Hamburger (1963) and Jacobsen (1983), EJOR 12(3), in outline.

use super::super::bounds::Prices;
use super::super::flows::{ChainFlow, Reflow};
use super::super::prepared::Prepared;
use super::exchange::{Screen, ranked};
use crate::search::{Budget, workers};

/// Additions tried side by side.
const BATCH: usize = 16;

/// Optimal flows that follow the open set. Flags are of sites, then plants.
pub(crate) trait Follow: Clone + Send + Sync {
    /// Most closings of sites, and of plants, that are tried at a time: fewer where [`Follow::least_loss`] rules out little.
    const MOST_DROPS: usize;
    /// The same over what is `open`, with room for one more site; `None` when there are no such flows.
    fn anew(&self, open: &[bool], budget: &Budget<'_>) -> Option<Self>;
    /// Whether a flag is open.
    fn is_open(&self, flag: usize) -> bool;
    /// Total cost of the flows.
    fn cost(&self) -> f64;
    /// Puts what each row and supply costs at the margin into `prices`, as far as it is known.
    fn tell_prices(&self, prices: &mut Prices);
    /// Opens a flag. There must be room for it.
    fn open(&mut self, flag: usize);
    /// Closes a flag. False when there are no flows without it, or if it is seen that they cost over `most` more; these are
    /// void then.
    fn close(&mut self, flag: usize, most: f64) -> bool;
    /// What the flows would cost more, at least, without an open flag.
    fn least_loss(&self, flag: usize) -> f64;
}

impl Follow for Reflow<'_> {
    const MOST_DROPS: usize = usize::MAX;

    fn anew(&self, open: &[bool], _: &Budget<'_>) -> Option<Self> {
        Reflow::new(self.network(), (0..open.len()).filter(|&i| open[i]).collect())
    }
    fn is_open(&self, flag: usize) -> bool {
        self.slot(flag).is_some()
    }
    fn cost(&self) -> f64 {
        Reflow::cost(self)
    }
    fn tell_prices(&self, prices: &mut Prices) {
        prices.rows = self.row_prices();
    }
    fn open(&mut self, flag: usize) {
        Reflow::open(self, flag);
    }
    fn close(&mut self, flag: usize, _: f64) -> bool {
        let slot = self.slot(flag).expect("the site is open");
        Reflow::close(self, slot)
    }
    fn least_loss(&self, flag: usize) -> f64 {
        Reflow::least_loss(self, self.slot(flag).expect("the site is open"))
    }
}

impl Follow for ChainFlow<'_> {
    const MOST_DROPS: usize = 4;

    fn anew(&self, open: &[bool], budget: &Budget<'_>) -> Option<Self> {
        ChainFlow::new(self.chain(), open, budget)
    }
    fn is_open(&self, flag: usize) -> bool {
        self.flags()[flag]
    }
    fn cost(&self) -> f64 {
        ChainFlow::cost(self)
    }
    fn tell_prices(&self, prices: &mut Prices) {
        ChainFlow::tell_prices(self, prices);
    }
    fn open(&mut self, flag: usize) {
        ChainFlow::open(self, flag);
    }
    fn close(&mut self, flag: usize, most: f64) -> bool {
        ChainFlow::close(self, flag, most)
    }
    fn least_loss(&self, flag: usize) -> f64 {
        ChainFlow::least_loss(self, flag)
    }
}

/// Flows and what they cost with all that is open.
type Priced<F> = (f64, F);

/// Improves `open`, over which `base` flows, until none of the moves tried helps. Returns the flow changes made.
pub(crate) fn descend<F: Follow>(mut base: F, screen: &Screen<'_>, open: &mut [bool]) -> u64 {
    let prepared = screen.lagrangian.prepared();
    let mut cost = whole_cost(prepared, &base);
    let mut n_done = 1;
    loop {
        let mut prices = screen.prices.clone();
        base.tell_prices(&mut prices);
        let values = screen.lagrangian.values(&prices);
        let adds = ranked(&values, |i| !open[i] && screen.fixed[i].is_none(), 1.0);
        let tries: Vec<Option<usize>> =
            std::iter::once(None).chain(adds.into_iter().take(4 * screen.n_adds).map(Some)).collect();
        let mut best: Option<Priced<F>> = None;
        for batch in tries.chunks(BATCH) {
            if screen.budget.out_of_time() {
                return n_done;
            }
            let trials = workers(batch.len(), |at| try_addition(screen, &base, batch[at], cost));
            for (n_changes, trial) in trials {
                n_done += n_changes;
                if let Some((found, flow)) = trial
                    && best.as_ref().is_none_or(|best| found < best.0)
                {
                    best = Some((found, flow));
                }
            }
            if best.is_some() {
                break;
            }
        }
        let Some((found, flow)) = best else { return n_done };
        open.iter_mut().enumerate().for_each(|(flag, open)| *open = flow.is_open(flag));
        // Laid out anew, so that there is room for the next openings.
        let Some(compact) = flow.anew(open, screen.budget) else { return n_done };
        (base, cost) = (compact, found);
    }
}

/// What flows and all that is open cost together.
pub(crate) fn whole_cost(prepared: &Prepared<'_>, flow: &impl Follow) -> f64 {
    let open = (0..prepared.n_flags()).filter(|&flag| flow.is_open(flag));
    flow.cost() + open.map(|flag| prepared.opening_of(flag)).sum::<f64>()
}

/// Opens a flag, if any, then closes one after the other while that saves. The best that is below `cost`, and the changes
/// made.
fn try_addition<F: Follow>(screen: &Screen<'_>, base: &F, add: Option<usize>, cost: f64) -> (u64, Option<Priced<F>>) {
    let prepared = screen.lagrangian.prepared();
    let n_sites = prepared.n_sites();
    let enough = cost - 1e-9 * cost.abs() - 1.0;
    let mut flow = base.clone();
    let mut open: Vec<bool> = (0..prepared.n_flags()).map(|flag| flow.is_open(flag)).collect();
    let mut n_done = 1;
    if let Some(i) = add {
        flow.open(i);
        open[i] = true;
        // Another size of the same place gives way.
        if i < n_sites
            && let Some(other) = prepared.siblings(i).find(|&k| open[k])
        {
            open[other] = false;
            if screen.fixed[other].is_some() || !flow.close(other, f64::INFINITY) {
                return (n_done, None);
            }
        }
    }
    let (least, most) = (prepared.problem.min_open(), prepared.problem.max_open());
    let n_open = |open: &[bool]| open[..n_sites].iter().filter(|&&open| open).count();
    let is_allowed = |open: &[bool]| n_open(open) <= most && prepared.spent(open) <= prepared.funds;
    let mut present = whole_cost(prepared, &flow);
    let mut best = (add.is_some() && is_allowed(&open) && present < enough).then(|| (present, flow.clone()));
    // Closings that follow have to beat this.
    let mut to_beat = best.as_ref().map_or(enough, |best| best.0);
    loop {
        let passed: f64 = (0..n_sites).filter(|&i| open[i]).map(|i| prepared.useful[i]).sum();
        let given: f64 = (n_sites..open.len()).filter(|&g| open[g]).map(|g| prepared.plant_useful[g - n_sites]).sum();
        let has_more = n_open(&open) > least;
        let needed = if prepared.capacitated { prepared.total_weight } else { 0.0 };
        let may_close = |flag: usize| {
            open[flag]
                && screen.fixed[flag].is_none()
                && add != Some(flag)
                && match flag.checked_sub(n_sites) {
                    None => has_more && !prepared.is_required(flag) && passed - prepared.useful[flag] >= needed,
                    Some(g) => given - prepared.plant_useful[g] >= prepared.plants_needed,
                }
        };
        let mut drops: Vec<(f64, usize)> = (0..open.len())
            .filter(|&flag| may_close(flag))
            .map(|flag| (present + flow.least_loss(flag) - prepared.opening_of(flag), flag))
            .filter(|drop| drop.0 < to_beat)
            .collect();
        drops.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut n_tried = [0; 2];
        drops.retain(|&(_, flag)| {
            let n_tried = &mut n_tried[usize::from(flag >= n_sites)];
            *n_tried += 1;
            *n_tried <= F::MOST_DROPS
        });
        let mut closed: Option<(Priced<F>, usize)> = None;
        for (bound, flag) in drops {
            let least = closed.as_ref().map_or(to_beat, |closed| closed.0.0);
            if bound >= least || screen.budget.out_of_time() {
                break;
            }
            n_done += 1;
            let mut trial = flow.clone();
            if !trial.close(flag, least - present + prepared.opening_of(flag)) {
                continue;
            }
            let found = present - flow.cost() + trial.cost() - prepared.opening_of(flag);
            if found < least {
                closed = Some(((found, trial), flag));
            }
        }
        let Some(((found, trial), flag)) = closed else { return (n_done, best) };
        open[flag] = false;
        (present, flow) = (found, trial);
        if is_allowed(&open) {
            best = Some((found, flow.clone()));
            to_beat = found;
        }
    }
}
