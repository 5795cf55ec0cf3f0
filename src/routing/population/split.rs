//! Cutting a giant tour into routes.
//!
//! Source: Prins (2004), Computers & Operations Research 31(12); with penalties for excess as in Vidal et al. (2012),
//! and a choice of vehicle type for each route as in Prins (2009).

use super::individual::{Penalties, Tour};
use super::priced;
use crate::routing::arcs::Node;
use crate::routing::prepared::Prepared;
use crate::routing::segment::{Clock, Goods};
use crate::units::{Cost, VehicleTypeIdx};

/// The cheapest cut of `tour` by penalized cost, as if there were vehicles enough of every type. `O(n b k)` for routes
/// of up to `b` visits and `k` types.
#[must_use]
pub(super) fn split<G: Goods, C: Clock>(
    prepared: &Prepared<'_, G, C>,
    tour: &[Node],
    penalties: &Penalties,
) -> Vec<Tour> {
    let n_customers = tour.len();
    let mut best: Vec<(Cost, usize, usize)> = vec![(Cost::HUGE, 0, 0); n_customers + 1];
    best[0].0 = Cost::ZERO;
    for first in 0..n_customers {
        let (reached, _, _) = best[first];
        for (row, terms) in prepared.terms.iter().enumerate() {
            if terms.count == 0 {
                continue;
            }
            let mut head = prepared.visit(terms.start);
            let mut last = terms.start;
            for position in first..n_customers {
                let node = tour[position];
                head = prepared.join(head, last, node, prepared.visit(node));
                last = node;
                let whole = prepared.join(head, node, terms.end, prepared.visit(terms.end));
                let n_visits = position - first + 1;
                let (cost, excess) = priced(prepared, terms, &whole, n_visits);
                let total = reached + cost + penalties.of(&excess);
                if total < best[position + 1].0 {
                    best[position + 1] = (total, first, row);
                }
                // Longer routes only get worse from here, as far as loads and times go.
                if !head.goods.fits(&terms.capacity.times(3, 2)) || excess.time > 0 && penalties.of(&excess) > cost {
                    break;
                }
            }
        }
    }
    let mut routes = Vec::new();
    let mut end = n_customers;
    while end > 0 {
        let (_, first, row) = best[end];
        routes.push((VehicleTypeIdx::new(row), tour[first..end].to_vec()));
        end = first;
    }
    routes.reverse();
    routes
}
