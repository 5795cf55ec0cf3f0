//! Which compartment of a vehicle holds what: decided for one trip at a time.
//!
//! Goods lie in one compartment for as long as they are aboard. Where more than one is open to them it is bin packing over
//! the stops of the trip, which a depth-first search decides: goods with the fewest compartments first, then the largest.
//! Main types: [`Stowage`], what all vehicles have and all goods may; [`Call`], a visit of a trip. It knows no documents
//! and no solver: both sides ask here, and the checker has an answer of its own.

#[cfg(test)]
mod tests;

use crate::units::Load;

/// So many choices are tried for a trip before its goods are said not to fit.
const MOST_TRIES: usize = 5_000;

/// The compartments of all vehicle types, and what goods may lie in which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stowage {
    /// By vehicle type and compartment, the most that it holds, by dimension.
    pub compartments: Vec<Vec<Vec<Load>>>,
    /// By vehicle type and visit, the compartments that its goods may lie in, as bits.
    pub may: Vec<Vec<u64>>,
    /// By visit, kinds of its goods, and those that must not be in the same compartment on the same trip, as bits.
    pub kinds: Vec<[u64; 2]>,
}

/// A visit of a trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// Row of the visit in [`Stowage::may`]; of a shipment that of its first.
    pub visit: usize,
    /// What it does.
    pub handling: Handling<'a>,
}

/// What happens to goods at a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling<'a> {
    /// Brings goods from the trip's start and takes others to its end.
    Order {
        /// Brought, by dimension.
        delivery: &'a [Load],
        /// Taken, by dimension.
        pickup: &'a [Load],
    },
    /// Fetches the goods of a shipment.
    Fetch(&'a [Load]),
    /// Brings the goods of the shipment that was fetched at the same row.
    Bring,
}

/// Goods of one order or shipment, and when they are aboard: from some stop of the trip until before another.
struct Goods<'a> {
    visit: usize,
    aboard: [(&'a [Load], usize, usize); 2],
    may: u64,
    kinds: [u64; 2],
    size: i64,
}

/// What has been put into one compartment.
#[derive(Clone)]
struct Hold {
    /// By stop and dimension.
    load: Vec<Load>,
    are: u64,
    shun: u64,
}

impl Stowage {
    /// The compartment of the goods at each call of a trip, `None` where there are none; or `None` where they do not fit, or
    /// nothing was found in [`MOST_TRIES`] tries. `O(n²)` where everything has one compartment.
    #[must_use]
    pub fn stowed(&self, vehicle_type: usize, trip: &[Call<'_>]) -> Option<Vec<Option<usize>>> {
        let compartments = &self.compartments[vehicle_type];
        let mut goods = self.goods(vehicle_type, trip);
        goods.sort_by_key(|it| (it.may.count_ones(), std::cmp::Reverse(it.size), it.visit));
        let n_dimensions = compartments.first().map_or(0, Vec::len);
        let empty = Hold { load: vec![Load::ZERO; (trip.len() + 1) * n_dimensions], are: 0, shun: 0 };
        let mut search = Search {
            alike: alike(compartments, &goods),
            compartments,
            goods: &goods,
            holds: vec![empty; compartments.len()],
            chosen: Vec::with_capacity(goods.len()),
            n_tries: 0,
        };
        if !search.fill() {
            return None;
        }
        let chosen = std::mem::take(&mut search.chosen);
        let of = |call: &Call<'_>| goods.iter().position(|it| it.visit == call.visit).map(|row| chosen[row]);
        Some(trip.iter().map(of).collect())
    }

    fn goods<'a>(&self, vehicle_type: usize, trip: &[Call<'a>]) -> Vec<Goods<'a>> {
        let mut goods = Vec::with_capacity(trip.len());
        for (stop, call) in trip.iter().enumerate() {
            let none: (&[Load], usize, usize) = (&[], 0, 0);
            // Position 0 is the way from the trip's start to its first call.
            let aboard = match call.handling {
                Handling::Order { delivery, pickup } => [(delivery, 0, stop + 1), (pickup, stop + 1, trip.len() + 1)],
                Handling::Fetch(loads) => {
                    let is_end = |it: &Call<'_>| it.visit == call.visit && it.handling == Handling::Bring;
                    let end = trip.iter().position(is_end).unwrap_or(trip.len());
                    [(loads, stop + 1, end + 1), none]
                }
                Handling::Bring => continue,
            };
            let size: i64 = aboard.iter().flat_map(|(loads, ..)| loads.iter()).map(|load| load.get()).sum();
            if size > 0 {
                let (may, kinds) = (self.may[vehicle_type][call.visit], self.kinds[call.visit]);
                goods.push(Goods { visit: call.visit, aboard, may, kinds, size });
            }
        }
        goods
    }
}

/// By compartment, the first one that is like it for all goods.
fn alike(compartments: &[Vec<Load>], goods: &[Goods<'_>]) -> Vec<usize> {
    let same = |one: usize, other: usize| {
        compartments[one] == compartments[other] && goods.iter().all(|it| it.may >> one & 1 == it.may >> other & 1)
    };
    (0..compartments.len()).map(|row| (0..row).find(|&first| same(first, row)).unwrap_or(row)).collect()
}

struct Search<'s, 'a> {
    compartments: &'s [Vec<Load>],
    alike: Vec<usize>,
    goods: &'s [Goods<'a>],
    holds: Vec<Hold>,
    /// The compartment of each of the first goods.
    chosen: Vec<usize>,
    n_tries: usize,
}

impl Search<'_, '_> {
    /// Whether all goods that are not in a compartment yet find one.
    fn fill(&mut self) -> bool {
        let Some(goods) = self.goods.get(self.chosen.len()) else { return true };
        for compartment in 0..self.compartments.len() {
            let is_empty = |row: usize| !self.chosen.contains(&row);
            let repeats = || {
                let first = self.alike[compartment];
                is_empty(compartment) && (first..compartment).any(|row| self.alike[row] == first && is_empty(row))
            };
            if goods.may >> compartment & 1 == 0 || repeats() || !self.fits(goods, compartment) {
                continue;
            }
            self.n_tries += 1;
            if self.n_tries > MOST_TRIES {
                return false;
            }
            let (are, shun) = (self.holds[compartment].are, self.holds[compartment].shun);
            self.put(goods, compartment, 1);
            self.holds[compartment].are |= goods.kinds[0];
            self.holds[compartment].shun |= goods.kinds[1];
            self.chosen.push(compartment);
            if self.fill() {
                return true;
            }
            self.chosen.pop();
            self.put(goods, compartment, -1);
            (self.holds[compartment].are, self.holds[compartment].shun) = (are, shun);
        }
        false
    }

    fn fits(&self, goods: &Goods<'_>, compartment: usize) -> bool {
        let (hold, most) = (&self.holds[compartment], &self.compartments[compartment]);
        let gets_along = hold.are & goods.kinds[1] == 0 && hold.shun & goods.kinds[0] == 0;
        gets_along
            && goods.aboard.iter().all(|&(loads, from, until)| {
                loads.iter().enumerate().all(|(dimension, &load)| {
                    let room = most[dimension] - load;
                    load == Load::ZERO || (from..until).all(|stop| hold.load[stop * most.len() + dimension] <= room)
                })
            })
    }

    fn put(&mut self, goods: &Goods<'_>, compartment: usize, times: i64) {
        let n_dimensions = self.compartments[compartment].len();
        for (loads, from, until) in goods.aboard {
            for (dimension, load) in loads.iter().enumerate() {
                let change = Load::new(load.get() * times);
                for stop in from..until {
                    self.holds[compartment].load[stop * n_dimensions + dimension] += change;
                }
            }
        }
    }
}
