//! What comes into the sites: the cheapest flows for what passes them.

use crate::model::Problem;
use crate::model::problem::Network;
use crate::search::{Budget, Silent};
use crate::siting;
use crate::units::{Cost, Load, ProductIdx, SiteIdx};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// Iterations of siting for supplies with an opening cost.
const ITERATIONS: u64 = 2_000;

/// Flows into sites, and what they cost.
#[derive(Default)]
pub(super) struct Flows {
    /// Row of the supply line, row of the site, amount in flow units.
    pub(super) flows: Vec<(usize, usize, Load)>,
    /// Supplying, purchase and transport.
    pub(super) cost: Cost,
}

/// The cheapest flows found for what passes each site; `None` where supplies do not suffice.
///
/// Supplies are the sites of a siting problem, and what passes a site is its demand.
pub(super) fn flows(problem: &Problem, network: &Network, throughput: &[Load]) -> Option<Flows> {
    let siting = &network.siting;
    let used: Vec<usize> = (0..throughput.len()).filter(|&site| throughput[site] > Load::ZERO).collect();
    if siting.supply_lines.is_empty() || used.is_empty() {
        return Some(Flows::default());
    }
    // There is one product, and so one line for each supply.
    let supplies = siting.supply_lines.iter().map(|line| siting::Site {
        open: siting.supply_openings[line.supply],
        capacity: line.capacity,
        ..siting::Site::FREE
    });
    let demand = |&site: &usize| {
        let quantity = throughput[site].get() as f64 / siting.flow_scale;
        let services = siting.supply_lines.iter().enumerate().map(|(row, line)| siting::Service {
            site: SiteIdx::new(row),
            cost: (line.unit_cost + problem.inbound_rate(siting, line, SiteIdx::new(site)))
                * quantity
                * Cost::PER_CURRENCY as f64,
        });
        siting::Customer {
            product: ProductIdx::new(0),
            demand: throughput[site],
            weight: throughput[site],
            single_source: false,
            services: services.collect(),
            rest: f64::INFINITY,
        }
    };
    let demands = used.iter().map(demand).collect();
    let n_lines = siting.supply_lines.len();
    let compiled = siting::Problem::new(supplies.collect(), demands, Vec::new(), 1, 0..=n_lines);
    let cancel = AtomicBool::new(false);
    let budget = Budget { iterations: ITERATIONS, started: Instant::now(), deadline: None, gap: 0.0, cancel: &cancel };
    let solution = if siting.supply_openings.iter().all(|&cost| cost == Cost::ZERO) {
        siting::flows(&compiled, &vec![true; n_lines], &budget)
    } else {
        siting::solve(&compiled, None, &siting::Params::default(), &budget, 1, &Silent).solution
    }?;
    let flows = solution.flows.iter().map(|flow| (flow.site.get(), used[flow.customer.get()], flow.amount));
    Some(Flows { flows: flows.collect(), cost: solution.cost })
}
