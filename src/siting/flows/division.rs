//! The rows of two sites divided between them anew, at least cost: a knapsack over the weight that one of them takes.

use super::packing::Packing;
use crate::search::Budget;

/// Most cells of one table.
const MOST_CELLS: usize = 400_000;

/// Pairs of sites whose rows are known to be divided best, at most.
const MOST_KNOWN: usize = 1 << 16;

/// A row that either of two sites may serve.
#[derive(Clone, Copy)]
struct Item {
    row: u32,
    /// What it costs more at the first site than at the second.
    value: f64,
    weight: i64,
}

impl Item {
    fn ratio(self) -> f64 {
        self.value / self.weight.max(1) as f64
    }
}

/// Scratch space of a search over divisions, and what need not be divided again.
pub(super) struct Division {
    /// Marks of pairs of sites with their rows that are divided best, each at a place of its own or a later one's.
    known: Vec<u64>,
    /// Rows that the first site takes, and those that are undecided.
    items: Vec<Item>,
    taken: Vec<u32>,
    /// Least value by weight, before and after one more item.
    value: Vec<f64>,
    next: Vec<f64>,
    /// By item, then weight: whether taking the item gives the least value.
    is_taken: Vec<u8>,
}

impl Division {
    pub(super) fn new() -> Self {
        Self {
            known: vec![0; MOST_KNOWN],
            items: Vec::new(),
            taken: Vec::new(),
            value: Vec::new(),
            next: Vec::new(),
            is_taken: Vec::new(),
        }
    }

    /// Divides the rows of two sites, one of which may be unused, until no pair of sites gains or time is over. Needs a
    /// packing that fits.
    pub(super) fn improve(&mut self, packing: &mut Packing, budget: &Budget<'_>) {
        loop {
            let mut is_better = false;
            for a in 0..packing.n_sites {
                if budget.out_of_time() {
                    return;
                }
                for b in 0..packing.n_sites {
                    let is_pair = !packing.rows_at[a].is_empty() && (b > a || packing.rows_at[b].is_empty()) && b != a;
                    is_better |= is_pair && self.redivide(packing, a, b);
                }
            }
            if !is_better {
                return;
            }
        }
    }

    /// Divides the rows of two sites. True when that gains.
    fn redivide(&mut self, packing: &mut Packing, a: usize, b: usize) -> bool {
        let mark = packing.mark(a) ^ packing.mark(b);
        let place = mark as usize % MOST_KNOWN;
        if self.known[place] == mark {
            return false;
        }
        self.known[place] = mark;
        let (mut before, mut at_b, mut least, mut all) = (0.0, 0.0, 0.0, 0);
        self.items.clear();
        for &row in packing.rows_at[a].iter().chain(&packing.rows_at[b]) {
            let r = row as usize;
            let (in_a, in_b) = (packing.costs(r)[a], packing.costs(r)[b]);
            if in_a.is_infinite() || in_b.is_infinite() {
                return false;
            }
            before += packing.costs(r)[packing.at[r]];
            at_b += in_b;
            least += in_a.min(in_b);
            all += packing.weight[r];
            self.items.push(Item { row, value: in_a - in_b, weight: packing.weight[r] });
        }
        let opening = |a: usize| if packing.rows_at[a].is_empty() { 0.0 } else { packing.opening[a] };
        before += opening(a) + opening(b);
        let (room_a, room_b) = (packing.room(a), packing.room(b));
        let both = packing.opening[a] + packing.opening[b];
        let at_a = at_b + self.items.iter().map(|item| item.value).sum::<f64>();
        let one = [(at_a, a, room_a), (at_b, b, room_b)].into_iter().filter(|&(_, _, room)| all <= room);
        let one = one.map(|(cost, site, _)| (cost + packing.opening[site], site)).min_by(|x, y| x.0.total_cmp(&y.0));
        let best = one.map_or(before, |one| one.0.min(before)) - 1e-6;
        if least + both < best && self.divide(all - room_b, room_a, best - at_b - both) {
            let rows: Vec<u32> = packing.rows_at[a].iter().chain(&packing.rows_at[b]).copied().collect();
            rows.iter().for_each(|&r| packing.move_to(r as usize, b));
            self.taken.iter().for_each(|&r| packing.move_to(r as usize, a));
            return true;
        }
        let Some((_, site)) = one.filter(|one| one.0 < before - 1e-6) else { return false };
        let other = if site == a { b } else { a };
        packing.rows_at[other].clone().iter().for_each(|&r| packing.move_to(r as usize, site));
        true
    }

    /// Takes those of the items whose value is least and whose weight is from `low` to `high`, if there are any of less
    /// than `most` value; not where the table would be too large. O(items * `high`), after those are decided whose turning
    /// alone would cost too much.
    ///
    /// Source: the recursion of Bellman (1957), Dynamic Programming, by Martello & Toth (1990), Knapsack Problems, sections
    /// 2.4 and 2.6.
    fn divide(&mut self, low: i64, high: i64, most: f64) -> bool {
        let (bound, ratio) = self.continuous(low, high);
        let slack = most - bound;
        if high < 0 || slack <= 0.0 {
            return false;
        }
        self.taken.clear();
        let (mut weight, mut value) = (0, 0.0);
        self.items.retain(|item| {
            let worth = item.value - ratio * item.weight as f64;
            if worth <= -slack {
                self.taken.push(item.row);
                (weight, value) = (weight + item.weight, value + item.value);
            }
            worth.abs() < slack
        });
        self.tabulate(low - weight, high - weight, most - value)
    }

    /// Takes those items whose value is least, for [`Division::divide`].
    fn tabulate(&mut self, low: i64, high: i64, most: f64) -> bool {
        let items = &self.items;
        let all: i64 = items.iter().map(|item| item.weight).sum();
        let high = high.min(all);
        if high < low.max(0) || items.len().saturating_mul(high as usize + 1) > MOST_CELLS {
            return false;
        }
        let (low, width) = (low.max(0) as usize, high as usize + 1);
        self.value.clear();
        self.value.resize(width, f64::INFINITY);
        self.value[0] = 0.0;
        self.is_taken.clear();
        self.is_taken.resize(items.len() * width, 0);
        for (item, is_taken) in items.iter().zip(self.is_taken.chunks_exact_mut(width)) {
            self.next.clone_from(&self.value);
            let weight = width.min(item.weight as usize);
            let cells = self.next[weight..].iter_mut().zip(&self.value).zip(&mut is_taken[weight..]);
            for ((next, before), is_taken) in cells {
                let with = before + item.value;
                *is_taken = u8::from(with < *next);
                *next = next.min(with);
            }
            std::mem::swap(&mut self.value, &mut self.next);
        }
        let cells = self.value.iter().enumerate().skip(low);
        let Some((mut weight, _)) = cells.filter(|cell| *cell.1 < most).min_by(|x, y| x.1.total_cmp(y.1)) else {
            return false;
        };
        for (item, is_taken) in items.iter().zip(self.is_taken.chunks_exact(width)).rev() {
            if is_taken[weight] == 1 {
                self.taken.push(item.row);
                weight -= item.weight as usize;
            }
        }
        true
    }

    /// The least value where items may be taken in part, and what a unit of weight is worth there: that and the weight of an
    /// item give what turning it costs at least.
    fn continuous(&mut self, low: i64, high: i64) -> (f64, f64) {
        self.items.sort_unstable_by(|x, y| x.ratio().total_cmp(&y.ratio()));
        let (mut weight, mut value, mut ratio) = (0, 0.0, 0.0);
        for item in &self.items {
            let most = if item.value < 0.0 { high } else { low };
            let taken = item.weight.min(most - weight);
            if taken < item.weight && item.value < 0.0 || taken > 0 && item.value >= 0.0 {
                ratio = item.ratio();
            }
            if taken <= 0 {
                break;
            }
            (weight, value) = (weight + taken, value + item.ratio() * taken as f64);
        }
        (value, ratio)
    }
}

#[cfg(test)]
mod tests {
    use super::super::packing::Packing;
    use super::Division;
    use crate::search::Budget;
    use crate::siting::prepared::Prepared;
    use crate::siting::{Shape, generate};
    use std::sync::atomic::AtomicBool;
    use std::time::Instant;

    static RUNNING: AtomicBool = AtomicBool::new(false);

    /// The least cost of all ways to divide the rows of two sites.
    fn least(packing: &Packing, a: usize, b: usize) -> f64 {
        let rows: Vec<usize> = packing.rows_at[a].iter().chain(&packing.rows_at[b]).map(|&r| r as usize).collect();
        let cost = |set: u32| {
            let (mut cost, mut rooms) = (0.0, [packing.room(a), packing.room(b)]);
            for (k, &r) in rows.iter().enumerate() {
                let is_in_b = set >> k & 1 == 1;
                rooms[usize::from(is_in_b)] -= packing.weight[r];
                cost += packing.costs(r)[if is_in_b { b } else { a }];
            }
            let all = (1u32 << rows.len()) - 1;
            cost += if set == all { 0.0 } else { packing.opening[a] } + if set == 0 { 0.0 } else { packing.opening[b] };
            if rooms.iter().all(|&room| room >= 0) { cost } else { f64::INFINITY }
        };
        (0..1u32 << rows.len()).map(cost).fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn no_pair_of_sites_can_be_divided_better() {
        let budget = Budget { iterations: 100, started: Instant::now(), deadline: None, gap: 0.0, cancel: &RUNNING };
        let (mut n_fitting, mut n_better) = (0, 0);
        for seed in 0..60 {
            let shape = Shape { capacity_ratio: 2.5, single_source: 1.0, ..Shape::plain(5, 14) };
            let problem = generate(&shape, seed);
            let prepared = Prepared::new(&problem, &budget);
            let sites: Vec<usize> = (0..5).collect();
            let rest: Vec<i64> = prepared.capacity.iter().map(|most| most.min(prepared.total_weight) as i64).collect();
            let rows: Vec<usize> = (0..14).collect();
            let mut packing = Packing::new(&prepared, &sites, (&rest, &[0; 5]), &rows, prepared.opening.clone());
            if !packing.construct() || packing.overload() > 0 {
                continue;
            }
            let before = packing.total();
            Division::new().improve(&mut packing, &budget);
            let after = packing.total();
            assert!(after <= before && packing.overload() == 0, "seed {seed}");
            (n_fitting, n_better) = (n_fitting + 1, n_better + usize::from(after < before));
            for (a, b) in (0..5).flat_map(|a| (0..a).map(move |b| (a, b))) {
                let used = [a, b].into_iter().filter(|&a| !packing.rows_at[a].is_empty());
                let service = |a: usize| packing.rows_at[a].iter().map(|&r| packing.costs(r as usize)[a]).sum::<f64>();
                let cost: f64 = used.map(|a| packing.opening[a] + service(a)).sum();
                let least = least(&packing, a, b);
                assert!(cost <= least + 1e-3, "seed {seed}: sites {a} and {b} cost {cost}, not {least}");
            }
        }
        assert!(n_fitting > 20 && n_better > 10, "{n_better} of {n_fitting} became better");
    }
}
