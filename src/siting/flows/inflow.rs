//! Which supplies feed the sites once the outbound flows are known.

use super::super::prepared::Prepared;
use super::super::solution::{Flow, Inflow};
use super::transport::{Commodity, Transport};
use crate::units::{Load, SiteIdx, SupplyIdx};

/// The cheapest inflows from open plants that cover `flows`; `None` when the supplies cannot.
pub(crate) fn inflows(prepared: &Prepared<'_>, open: &[bool], flows: &[Flow]) -> Option<Vec<Inflow>> {
    let problem = prepared.problem;
    let mut inflows = Vec::new();
    if problem.supplies().is_empty() {
        return Some(inflows);
    }
    for product in 0..problem.n_products() {
        let mut needed = vec![Load::ZERO; prepared.n_sites()];
        for flow in flows.iter().filter(|flow| prepared.product[flow.customer.get()] == product) {
            needed[flow.site.get()] += flow.amount;
        }
        let sites: Vec<usize> = (0..needed.len()).filter(|&i| needed[i] > Load::ZERO).collect();
        let supplies: Vec<usize> =
            prepared.open_supplies(open).filter(|&k| problem.supplies()[k].product.get() == product).collect();
        if sites.is_empty() {
            continue;
        }
        // Sites ask as rows, supplies serve as sites.
        let mut unit = vec![f64::INFINITY; supplies.len() * sites.len()];
        for (b, &k) in supplies.iter().enumerate() {
            for (r, &i) in sites.iter().enumerate() {
                unit[b * sites.len() + r] = problem.supplies()[k].unit_cost[i];
            }
        }
        let commodity = Commodity {
            unit,
            demand: sites.iter().map(|&i| needed[i].get()).collect(),
            capacity: supplies.iter().map(|&k| problem.supplies()[k].capacity.map_or(i64::MAX, Load::get)).collect(),
            least: vec![0; supplies.len()],
            inbound: Vec::new(),
            supply: Vec::new(),
        };
        let mut transport = Transport::new(commodity)?;
        if !transport.solve(prepared.budget) {
            return None;
        }
        for (r, b, amount) in transport.flows() {
            inflows.push(Inflow {
                supply: SupplyIdx::new(supplies[b]),
                site: SiteIdx::new(sites[r]),
                amount: Load::new(amount),
            });
        }
    }
    Some(inflows)
}
