//! Add, drop and swap where the exact flow follows each change at little cost.
//!
//! From the present open set each promising site is opened, then sites are closed as long as that saves; prices of the
//! flow rule out closings that cannot. Source: Kuehn & Hamburger (1963) and Jacobsen (1983), EJOR 12(3), in outline.

use super::super::flows::{Network, Reflow};
use super::exchange::{Screen, ranked};
use crate::search::workers;

/// Additions tried side by side.
const BATCH: usize = 16;

/// Improves `open` until none of the moves tried helps. Returns the flow changes made.
pub(crate) fn descend(network: &Network, screen: &Screen<'_>, open: &mut [bool]) -> u64 {
    let prepared = screen.lagrangian.prepared();
    let fixed_cost = |flow: &Reflow<'_>| flow.open_sites().map(|i| prepared.opening[i]).sum::<f64>();
    let start = (0..prepared.n_sites()).filter(|&i| open[i]).collect();
    let Some(mut base) = Reflow::new(network, start) else { return 1 };
    let mut cost = base.cost() + fixed_cost(&base);
    let mut n_done = 1;
    loop {
        let mut prices = screen.prices.clone();
        prices.rows = base.row_prices();
        let values = screen.lagrangian.values(&prices);
        let adds = ranked(&values, |i| i < prepared.n_sites() && !open[i] && screen.fixed[i].is_none(), 1.0);
        let tries: Vec<Option<usize>> =
            std::iter::once(None).chain(adds.into_iter().take(4 * screen.n_adds).map(Some)).collect();
        let mut best: Option<(f64, Reflow<'_>)> = None;
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
        open[..prepared.n_sites()].fill(false);
        flow.open_sites().for_each(|i| open[i] = true);
        // Slots are counted anew, so that there is room for the next openings.
        let Some(compact) = Reflow::new(network, flow.open_sites().collect()) else { return n_done };
        (base, cost) = (compact, found);
    }
}

/// Opens a site, if any, then closes one after the other while that saves. The best that is below `cost`, and the changes
/// made.
fn try_addition<'a>(
    screen: &Screen<'_>,
    base: &Reflow<'a>,
    add: Option<usize>,
    cost: f64,
) -> (u64, Option<(f64, Reflow<'a>)>) {
    let prepared = screen.lagrangian.prepared();
    let (least, most) = (prepared.problem.min_open(), prepared.problem.max_open());
    let enough = cost - 1e-9 * cost.abs() - 1.0;
    let spent = |flow: &Reflow<'_>| flow.open_sites().map(|i| prepared.spending[i]).sum::<f64>();
    let mut flow = base.clone();
    let mut n_done = 1;
    if let Some(i) = add {
        flow.open(i);
        // Another size of the same place gives way.
        let other = flow
            .open_slots()
            .find(|&slot| flow.site(slot) != i && prepared.place[flow.site(slot)] == prepared.place[i]);
        if let Some(slot) = other
            && (screen.fixed[flow.site(slot)].is_some() || !flow.close(slot))
        {
            return (n_done, None);
        }
    }
    let mut n_open = flow.open_slots().count();
    let mut present = flow.cost() + flow.open_sites().map(|i| prepared.opening[i]).sum::<f64>();
    let is_allowed = n_open <= most && spent(&flow) <= prepared.funds;
    let mut best = (add.is_some() && is_allowed && present < enough).then(|| (present, flow.clone()));
    // Closings that follow have to beat this.
    let mut to_beat = best.as_ref().map_or(enough, |best| best.0);
    while n_open > least {
        let passed: f64 = flow.open_sites().map(|i| prepared.useful[i]).sum();
        let may_close = |site: usize| {
            screen.fixed[site].is_none()
                && !prepared.is_required(site)
                && add != Some(site)
                && passed - prepared.useful[site] >= prepared.total_weight
        };
        let slots = flow.open_slots().filter(|&slot| may_close(flow.site(slot)));
        let mut drops: Vec<(f64, usize)> = slots
            .map(|slot| (present + flow.least_loss(slot) - prepared.opening[flow.site(slot)], slot))
            .filter(|drop| drop.0 < to_beat)
            .collect();
        drops.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut closed: Option<(f64, Reflow<'a>)> = None;
        for (bound, slot) in drops {
            if bound >= closed.as_ref().map_or(to_beat, |closed| closed.0) || screen.budget.out_of_time() {
                break;
            }
            n_done += 1;
            let mut trial = flow.clone();
            if !trial.close(slot) {
                continue;
            }
            let found = trial.cost() + trial.open_sites().map(|i| prepared.opening[i]).sum::<f64>();
            if found < closed.as_ref().map_or(to_beat, |closed| closed.0) {
                closed = Some((found, trial));
            }
        }
        let Some((found, trial)) = closed else { break };
        n_open -= 1;
        (present, flow) = (found, trial);
        if n_open <= most && spent(&flow) <= prepared.funds {
            best = Some((found, flow.clone()));
            to_beat = found;
        }
    }
    (n_done, best)
}
