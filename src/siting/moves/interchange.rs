//! Add, drop and swap when every row takes its cheapest open site.
//!
//! One pass over a site's arcs prices its addition and its swap with every open site. The first move that pays is taken,
//! which changes only the rows around it; so a round over all sites costs little more than pricing one move each.
//! Sources: Whitaker (1983), INFOR 21; Resende & Werneck (2003, 2007), "A fast swap-based local search procedure for
//! location problems", Annals of Operations Research 150; the start lazily after Minoux (1978).

use super::super::bounds::Lagrangian;
use super::super::prepared::Prepared;
use crate::search::Budget;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A change of the open set and what it costs.
#[derive(Clone, Copy)]
struct Move {
    change: f64,
    add: Option<usize>,
    drop: Option<usize>,
}

/// No site.
const NONE: usize = usize::MAX;

/// Sites priced between looks at the clock.
const PER_LOOK: usize = 16;

/// Improves `open` until no add, drop or swap helps, at most `n_moves` times; sites with a fixed flag stay. Rows
/// without a site cost [`Prepared::missing`]. Sees only the arcs of the relaxation: what it leaves out can make a move
/// look worse than it is, never better. Returns the number of moves.
pub(crate) fn interchange(
    lagrangian: &Lagrangian<'_>,
    open: &mut [bool],
    fixed: &[Option<bool>],
    n_moves: u64,
    budget: &Budget<'_>,
) -> u64 {
    Interchange::new(lagrangian, open, fixed).descend(n_moves, budget)
}

/// Opens one site after the other, the one that saves most first, until none does, as many may be open as are, or the
/// time is over. Returns the number of sites opened.
///
/// Source: Kuehn & Hamburger (1963), Management Science 9(4).
pub(crate) fn open_greedily(
    lagrangian: &Lagrangian<'_>,
    open: &mut [bool],
    fixed: &[Option<bool>],
    budget: &Budget<'_>,
) -> u64 {
    Interchange::new(lagrangian, open, fixed).fill(budget)
}

/// Closes one site after the other, the one that saves most first, until none does and no more are open than may be, or the
/// time is over. Returns the number of sites closed.
///
/// Source: Feldman, Lehrer & Ray (1966), Management Science 12(9).
pub(crate) fn close_greedily(
    lagrangian: &Lagrangian<'_>,
    open: &mut [bool],
    fixed: &[Option<bool>],
    budget: &Budget<'_>,
) -> u64 {
    Interchange::new(lagrangian, open, fixed).thin(budget)
}

/// An open set with the two cheapest open sites of every row.
struct Interchange<'a> {
    lagrangian: &'a Lagrangian<'a>,
    prepared: &'a Prepared<'a>,
    open: &'a mut [bool],
    fixed: &'a [Option<bool>],
    n_open: usize,
    spent: f64,
    first: Vec<(f64, usize)>,
    second: Vec<(f64, usize)>,
    /// What the rows of each open site lose when they go to their second choice.
    loss: Vec<f64>,
    /// The open site that loses least by closing, its opening cost included, among those that need not stay.
    plain: Option<(f64, usize)>,
    /// Part of each open site's loss that an addition makes good, of those in `touched`.
    extra: Vec<f64>,
    touched: Vec<usize>,
}

impl<'a> Interchange<'a> {
    fn new(lagrangian: &'a Lagrangian<'a>, open: &'a mut [bool], fixed: &'a [Option<bool>]) -> Self {
        let prepared = lagrangian.prepared();
        let n_rows = prepared.n_rows();
        let mut search = Self {
            lagrangian,
            prepared,
            n_open: open[..prepared.n_sites()].iter().filter(|&&open| open).count(),
            spent: prepared.spent(open),
            loss: vec![0.0; prepared.n_sites()],
            extra: vec![0.0; prepared.n_sites()],
            open,
            fixed,
            first: vec![(prepared.missing, NONE); n_rows],
            second: vec![(prepared.missing, NONE); n_rows],
            plain: None,
            touched: Vec::new(),
        };
        for i in 0..prepared.n_sites() {
            if search.open[i] {
                search.take_rows(i);
            }
        }
        search.settle();
        search
    }

    /// Takes moves that pay, round after round over the sites. Returns their number.
    fn descend(mut self, n_moves: u64, budget: &Budget<'_>) -> u64 {
        let mut n_done = 0;
        let mut before = self.total();
        loop {
            for i in 0..self.prepared.n_sites() {
                if n_done >= n_moves || i % PER_LOOK == 0 && budget.out_of_time() {
                    return n_done;
                }
                if let Some(found) = self.best_move(i) {
                    self.apply(found);
                    n_done += 1;
                }
            }
            // Sums anew: what was added up move by move is not exact where rows have no site.
            self.settle();
            let total = self.total();
            if total >= before {
                return n_done;
            }
            before = total;
        }
    }

    /// See [`open_greedily`]. What a site saves only shrinks as others open, so that an old saving says whether it has to be
    /// computed anew.
    fn fill(mut self, budget: &Budget<'_>) -> u64 {
        let n_sites = self.prepared.n_sites();
        let free: Vec<usize> = (0..n_sites).filter(|&i| !self.open[i] && self.fixed[i].is_none()).collect();
        let saving = |search: &Self, i: usize| search.saving(i).round() as i64;
        let mut best: BinaryHeap<(i64, Reverse<usize>)> =
            free.into_iter().map(|i| (saving(&self, i), Reverse(i))).collect();
        let (mut n_done, mut n_priced) = (0, 0);
        while self.n_open < self.prepared.problem.max_open()
            && let Some((old, Reverse(i))) = best.pop()
        {
            n_priced += 1;
            if old <= 0 || n_priced % PER_LOOK == 0 && budget.out_of_time() {
                break;
            }
            let is_barred = self.prepared.siblings(i).any(|k| self.open[k])
                || self.prepared.spending[i] > self.prepared.funds - self.spent;
            if is_barred {
                continue;
            }
            let new = saving(&self, i);
            if new == old {
                self.apply(Move { change: -new as f64, add: Some(i), drop: None });
                n_done += 1;
            } else {
                best.push((new, Reverse(i)));
            }
        }
        n_done
    }

    /// See [`close_greedily`].
    fn thin(mut self, budget: &Budget<'_>) -> u64 {
        let problem = self.prepared.problem;
        let mut n_done = 0;
        while self.n_open > problem.min_open()
            && let Some((change, i)) = self.plain
        {
            let must = self.n_open > problem.max_open() || self.spent > self.prepared.funds;
            if change >= 0.0 && !must || n_done % PER_LOOK as u64 == 0 && budget.out_of_time() {
                break;
            }
            self.apply(Move { change, add: None, drop: Some(i) });
            n_done += 1;
        }
        n_done
    }

    /// What opening site `i` saves.
    fn saving(&self, i: usize) -> f64 {
        let (rows, costs) = self.prepared.arcs(i);
        let saved = rows.iter().zip(costs).map(|(&j, &cost)| (self.first[j as usize].0 - cost).max(0.0));
        saved.sum::<f64>() - self.prepared.opening[i]
    }

    /// The best move that pays among dropping an open site `i`, or adding a closed one, alone or for another.
    fn best_move(&mut self, i: usize) -> Option<Move> {
        let (prepared, problem) = (self.prepared, self.prepared.problem);
        if self.fixed[i].is_some() {
            return None;
        }
        let mut best = Move { change: -1e-12 * prepared.missing - 0.5, add: None, drop: None };
        if self.open[i] {
            let change = self.net_loss(i);
            let pays = change < best.change && self.n_open > problem.min_open() && !prepared.is_required(i);
            return pays.then_some(Move { change, add: None, drop: Some(i) });
        }
        let mut change = prepared.opening[i];
        let (rows, costs) = self.lagrangian.arcs(i);
        for (&j, &cost) in rows.iter().zip(costs) {
            let second = self.second[j as usize].0;
            if cost < second {
                let (first, at) = self.first[j as usize];
                change -= (first - cost).max(0.0);
                if at != NONE {
                    if self.extra[at] == 0.0 {
                        self.touched.push(at);
                    }
                    self.extra[at] += second - first.max(cost);
                }
            }
        }
        let left = prepared.funds - self.spent;
        let sibling = prepared.siblings(i).find(|&k| self.open[k]);
        // A required place only changes its size.
        let may_drop = |at: usize| {
            let is_right = sibling.map_or(!prepared.is_required(at), |k| k == at);
            is_right && self.fixed[at].is_none() && prepared.spending[i] - prepared.spending[at] <= left
        };
        if change < best.change && self.n_open < problem.max_open() && sibling.is_none() && prepared.spending[i] <= left
        {
            best = Move { change, add: Some(i), drop: None };
        }
        let untouched = self.plain.map(|(_, at)| at).into_iter().chain(sibling);
        for at in self.touched.iter().copied().chain(untouched) {
            let swapped = change + self.net_loss(at) - self.extra[at];
            if swapped < best.change && may_drop(at) {
                best = Move { change: swapped, add: Some(i), drop: Some(at) };
            }
        }
        self.touched.drain(..).for_each(|at| self.extra[at] = 0.0);
        best.add.is_some().then_some(best)
    }

    /// What closing an open site costs.
    fn net_loss(&self, i: usize) -> f64 {
        self.loss[i] - self.prepared.opening[i]
    }

    fn apply(&mut self, found: Move) {
        if let Some(i) = found.add {
            self.open[i] = true;
            self.n_open += 1;
            self.spent += self.prepared.spending[i];
            self.loss[i] = 0.0;
            self.take_rows(i);
        }
        if let Some(i) = found.drop {
            self.open[i] = false;
            self.n_open -= 1;
            self.spent -= self.prepared.spending[i];
            self.leave_rows(i);
        }
        self.choose_plain();
    }

    /// Offers site `i`, which has just opened, to its rows. O(its arcs).
    fn take_rows(&mut self, i: usize) {
        let (rows, costs) = self.prepared.arcs(i);
        for (&j, &cost) in rows.iter().zip(costs) {
            let j = j as usize;
            let (first, second) = (self.first[j], self.second[j]);
            if cost >= second.0 {
                continue;
            }
            if first.1 != NONE {
                self.loss[first.1] -= second.0 - first.0.max(cost);
            }
            if cost < first.0 {
                (self.first[j], self.second[j]) = ((cost, i), first);
                self.loss[i] += first.0 - cost;
            } else {
                self.second[j] = (cost, i);
            }
        }
    }

    /// Finds other sites for the rows that have site `i`, which has just closed, as first or second choice.
    /// O(its arcs + services of those rows).
    fn leave_rows(&mut self, i: usize) {
        for &j in self.prepared.arcs(i).0 {
            let j = j as usize;
            if self.first[j].1 != i && self.second[j].1 != i {
                continue;
            }
            if self.first[j].1 != i {
                self.loss[self.first[j].1] -= self.second[j].0 - self.first[j].0;
            }
            let none = (self.prepared.missing, NONE);
            let (mut first, mut second) = (none, none);
            for service in &self.prepared.problem.customers()[j].services {
                let k = service.site.get();
                if self.open[k] {
                    let cost = service.cost.round() + self.prepared.inbound_of(k, j);
                    if cost < first.0 {
                        (first, second) = ((cost, k), first);
                    } else if cost < second.0 {
                        second = (cost, k);
                    }
                }
            }
            (self.first[j], self.second[j]) = (first, second);
            if first.1 != NONE {
                self.loss[first.1] += second.0 - first.0;
            }
        }
        self.loss[i] = 0.0;
    }

    /// Adds all losses up anew.
    fn settle(&mut self) {
        self.loss.fill(0.0);
        for (first, second) in self.first.iter().zip(&self.second) {
            if first.1 != NONE {
                self.loss[first.1] += second.0 - first.0;
            }
        }
        self.choose_plain();
    }

    fn choose_plain(&mut self) {
        let may_close = |&i: &usize| self.open[i] && self.fixed[i].is_none() && !self.prepared.is_required(i);
        let droppable = (0..self.prepared.n_sites()).filter(may_close).map(|i| (self.net_loss(i), i));
        self.plain = droppable.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    }

    /// Cost of all rows and open sites.
    fn total(&self) -> f64 {
        let opening = (0..self.prepared.n_sites()).filter(|&i| self.open[i]).map(|i| self.prepared.opening[i]);
        self.first.iter().map(|first| first.0).sum::<f64>() + opening.sum::<f64>()
    }
}
