//! The cheapest way to cut the customers of a few routes into other routes of a pool.

/// A route all of whose customers are among those to be covered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    /// Whom it visits, as bits.
    pub(super) members: u128,
    /// What choosing it costs.
    pub(super) price: f64,
    /// Which route it is.
    pub(super) column: u32,
    /// Who drives it.
    pub(super) vehicle_type: usize,
}

/// A depth-first search with bounds.
///
/// Source: Knuth (2000), "Dancing links", for branching on the customer with the fewest choices.
pub(super) struct ExactCover<'a> {
    /// By customer to be covered, by price.
    candidates: &'a [Vec<Candidate>],
    /// Vehicles that may be used, by type.
    vehicles: Vec<usize>,
    /// The least sum of prices so far: only less is looked for.
    least: f64,
    /// Nodes that may still be visited.
    n_nodes: u32,
    chosen: Vec<u32>,
    found: Vec<u32>,
}

impl<'a> ExactCover<'a> {
    /// Nothing chosen yet. Where prices are below zero, a cover may be missed that they would make the cheapest.
    pub(super) fn new(candidates: &'a [Vec<Candidate>], vehicles: Vec<usize>, least: f64, n_nodes: u32) -> Self {
        Self { candidates, vehicles, least, n_nodes, chosen: Vec::new(), found: Vec::new() }
    }

    /// The routes of the cheapest cover of all customers found, empty where none is cheaper than what was asked for.
    pub(super) fn solve(mut self) -> Vec<u32> {
        let everybody = u128::MAX >> (128 - self.candidates.len());
        self.branch(everybody, 0.0);
        self.found
    }

    fn branch(&mut self, open: u128, sum: f64) {
        if open == 0 {
            self.least = sum;
            self.found.clone_from(&self.chosen);
            return;
        }
        let Some(customer) = self.fewest_choices(open, sum) else { return };
        for at in 0..self.candidates[customer].len() {
            let Candidate { members, price, column, vehicle_type } = self.candidates[customer][at];
            if sum + price >= self.least || self.n_nodes == 0 {
                return;
            }
            if members & !open == 0 && self.vehicles[vehicle_type] > 0 {
                self.n_nodes -= 1;
                self.vehicles[vehicle_type] -= 1;
                self.chosen.push(column);
                self.branch(open & !members, sum + price);
                self.chosen.pop();
                self.vehicles[vehicle_type] += 1;
            }
        }
    }

    /// The open customer with the fewest routes that may still be chosen, or `None` where one has no route.
    fn fewest_choices(&self, open: u128, sum: f64) -> Option<usize> {
        let (mut fewest, mut found) = (usize::MAX, None);
        let mut left = open;
        while left != 0 {
            let customer = left.trailing_zeros() as usize;
            left &= left - 1;
            let affordable = self.candidates[customer].iter().take_while(|it| sum + it.price < self.least);
            let n_choices = affordable.filter(|it| it.members & !open == 0).take(fewest).count();
            if n_choices == 0 {
                return None;
            }
            if n_choices < fewest {
                (fewest, found) = (n_choices, Some(customer));
                if fewest == 1 {
                    break;
                }
            }
        }
        found
    }
}
