//! Shortest paths between sites, no further than needed.

use super::LocalFlow;

/// Slots that are compared side by side.
pub(super) const LANES: usize = 4;

/// What a unit costs between a slot and every other, and the worth of their capacity.
type Costs<'a> = (&'a [f64], &'a [f64]);

/// Scratch space of one search, by slot.
#[derive(Default)]
pub(super) struct Search {
    /// Length of the shortest path known; not below zero.
    distance: Vec<f64>,
    /// Zero, or infinite once it is settled.
    settled: Vec<f64>,
    /// Slots that are settled, by distance.
    order: Vec<usize>,
    /// Least distance of those that are not.
    least: f64,
}

/// Length of a path that goes on: what the step costs, with the worth of the capacity that it leaves or takes at the slot
/// searched from in `base`, and at the other in `worth`.
#[inline(always)]
fn reach<const SIGN: i8>(distance: f64, cost: f64, base: f64, worth: f64) -> f64 {
    let reduced = if SIGN > 0 { cost + base + worth } else { cost + base - worth };
    distance + if reduced > 0.0 { reduced } else { 0.0 }
}

impl Search {
    /// Begins at one of the slots.
    fn start(&mut self, slot: usize, n_slots: usize) {
        self.distance.clear();
        self.distance.resize(n_slots, f64::INFINITY);
        self.settled.clear();
        self.settled.resize(n_slots, 0.0);
        self.order.clear();
        self.distance[slot] = 0.0;
        self.least = 0.0;
    }

    /// The nearest slot that is not settled, which it is then, and its distance.
    fn next(&mut self) -> Option<(usize, f64)> {
        if self.least.is_infinite() {
            return None;
        }
        let mut both = self.distance.iter().zip(&self.settled);
        let slot = both.position(|(distance, settled)| distance + settled <= self.least)?;
        self.settled[slot] = f64::INFINITY;
        self.order.push(slot);
        Some((slot, self.least))
    }

    /// Goes on from the slot that was settled last.
    #[inline]
    fn go_on<const SIGN: i8>(&mut self, base: f64, (costs, worth): Costs<'_>) {
        let at = self.least;
        let mut least = [f64::INFINITY; LANES];
        let known = self.distance.as_chunks_mut::<LANES>().0.iter_mut().zip(self.settled.as_chunks::<LANES>().0);
        let steps = costs.as_chunks::<LANES>().0.iter().zip(worth.as_chunks::<LANES>().0);
        for ((distance, settled), (cost, worth)) in known.zip(steps) {
            for lane in 0..LANES {
                let found = reach::<SIGN>(at, cost[lane], base, worth[lane]);
                distance[lane] = if found < distance[lane] { found } else { distance[lane] };
                let open = distance[lane] + settled[lane];
                least[lane] = if open < least[lane] { open } else { least[lane] };
            }
        }
        self.least = least.into_iter().fold(f64::INFINITY, f64::min);
    }

    /// The slots on the way back from `end`, which is settled, to where the search began; `steps` tells what a settled slot
    /// went on with.
    fn path<'a, const SIGN: i8>(&self, end: usize, steps: impl Fn(usize) -> (f64, Costs<'a>)) -> Vec<usize> {
        let mut path = vec![end];
        let mut to = end;
        let last = self.order.iter().position(|&slot| slot == end).expect("the end is settled");
        for &from in self.order[..last].iter().rev() {
            let (base, (costs, worth)) = steps(from);
            if reach::<SIGN>(self.distance[from], costs[to], base, worth[to]).to_bits() == self.distance[to].to_bits() {
                path.push(from);
                to = from;
            }
        }
        path
    }
}

impl LocalFlow<'_> {
    /// Moves what is above the capacity of `site` to the nearest room. False when there is none, or when that costs `most`.
    pub(super) fn settle(&mut self, site: usize, most: f64) -> bool {
        let before = self.cost;
        while self.excess[site] > 0 {
            // No unit that is left moves for less than the next.
            let per_unit = (most - (self.cost - before)) / self.excess[site] as f64;
            let Some(path) = self.nearest_room(site, per_unit - self.worth[site]) else { return false };
            let end = path[path.len() - 1];
            let amount = self.carried(&path).min(self.excess[site]).min(self.capacity[end] - self.passed[end]);
            self.move_along(&path, amount);
            self.excess[site] -= amount;
            self.set_passed(end, self.passed[end] + amount);
        }
        true
    }

    /// The sites on the way to the one with room that is nearest in reduced costs, below `limit`; makes those of the path
    /// zero.
    fn nearest_room(&mut self, site: usize, limit: f64) -> Option<Vec<usize>> {
        self.find_movers();
        let mut search = std::mem::take(&mut self.search);
        search.start(self.movers.slot(site), self.movers.n_slots());
        let mut found = None;
        while let Some((a, distance)) = search.next() {
            if distance >= limit {
                break;
            }
            let from = self.movers.site(a);
            if self.has_room(from) {
                found = Some((a, distance));
                break;
            }
            let (base, costs) = self.outward(a);
            search.go_on::<1>(base, costs);
        }
        let path = found.map(|(end, nearest)| {
            let path = search.path::<1>(end, |slot| self.outward(slot));
            for &a in &search.order {
                let site = self.movers.site(a);
                if search.distance[a] < nearest {
                    self.set_worth(site, self.worth[site] + nearest - search.distance[a]);
                }
            }
            path.iter().rev().map(|&slot| self.movers.site(slot)).collect()
        });
        self.search = search;
        path
    }

    /// Steps out of a slot.
    #[inline]
    fn outward(&self, slot: usize) -> (f64, Costs<'_>) {
        (-self.worth[self.movers.site(slot)], (self.movers.out_of(slot), self.movers.worth()))
    }

    /// Steps into a slot.
    #[inline]
    fn inward(&self, slot: usize) -> (f64, Costs<'_>) {
        (self.worth[self.movers.site(slot)], (self.movers.in_to(slot), self.movers.worth()))
    }

    fn has_room(&self, site: usize) -> bool {
        self.open[site] && self.passed[site] < self.capacity[site]
    }

    /// Moves to a site that has just opened what saves by it, along the paths that save most. False as soon as that cannot
    /// save `least`.
    pub(super) fn draw(&mut self, site: usize, least: f64) -> bool {
        let before = self.cost;
        self.find_movers();
        let costs = self.movers.in_to(self.movers.slot(site)).iter().zip(self.movers.worth());
        let worth = costs.fold(0.0f64, |most, (more, worth)| most.max(worth - more));
        self.set_worth(site, worth);
        while self.worth[site] > 1e-9 * worth && self.passed[site] < self.capacity[site] {
            let Some(path) = self.nearest_source(site) else { break };
            let room = self.capacity[site] - self.passed[site];
            // No unit that follows saves more than the next.
            if before - self.cost + self.worth[site] * (room as f64) < least {
                return false;
            }
            let amount = self.carried(&path).min(self.passed[path[0]]).min(room);
            self.move_along(&path, amount);
            self.set_passed(path[0], self.passed[path[0]] - amount);
            self.set_passed(site, self.passed[site] + amount);
        }
        if self.passed[site] < self.capacity[site] {
            self.set_worth(site, 0.0);
        }
        true
    }

    /// The sites on the way from the one from which moving a unit to `site` saves most; makes reduced costs of the path
    /// zero. `None` when nothing saves; then `site` has room and its capacity no worth.
    fn nearest_source(&mut self, site: usize) -> Option<Vec<usize>> {
        self.find_movers();
        let gap = self.worth[site];
        let mut search = std::mem::take(&mut self.search);
        search.start(self.movers.slot(site), self.movers.n_slots());
        let mut best = (gap * (1.0 - 1e-12), None);
        while let Some((b, distance)) = search.next() {
            if distance >= best.0 {
                break;
            }
            let to = self.movers.site(b);
            if to != site && self.passed[to] > 0 && distance + self.worth[to] < best.0 {
                best = (distance + self.worth[to], Some(b));
            }
            let (base, costs) = self.inward(b);
            search.go_on::<-1>(base, costs);
        }
        let path = best.1.map(|end| search.path::<-1>(end, |slot| self.inward(slot)));
        let nearest = if path.is_some() { best.0 } else { gap };
        for &a in &search.order {
            let site = self.movers.site(a);
            if search.distance[a] < nearest {
                self.set_worth(site, (self.worth[site] - nearest + search.distance[a]).max(0.0));
            }
        }
        self.search = search;
        path.map(|path| path.iter().map(|&slot| self.movers.site(slot)).collect())
    }

    /// Units that a path can carry.
    fn carried(&self, path: &[usize]) -> i64 {
        let amounts = path.windows(2).map(|pair| self.share(self.mover(pair) as usize, pair[0]).amount);
        amounts.min().unwrap_or(i64::MAX)
    }

    /// The row that moves between two sites.
    fn mover(&self, pair: &[usize]) -> u32 {
        self.movers.row(self.movers.slot(pair[0]), self.movers.slot(pair[1]))
    }

    /// Moves an amount along a path.
    fn move_along(&mut self, path: &[usize], amount: i64) {
        // A row that comes to a site may become its mover, but what leaves it was chosen before.
        let rows: Vec<u32> = path.windows(2).map(|pair| self.mover(pair)).collect();
        for (pair, row) in path.windows(2).zip(rows) {
            let unit = self.unit(row as usize, pair[1]);
            self.move_share(row, pair[0], (pair[1] as u32, unit), amount);
        }
    }
}
