//! The plants in the relaxation: which are worth opening at the prices of what they supply.

use super::lagrangian::{Evaluation, Prices};
use super::selection::{Limits, select};
use crate::siting::Plant;
use crate::siting::prepared::Prepared;

/// Value of opening each plant at `prices`: its cost less what its capacities are worth.
pub(super) fn plant_values(prepared: &Prepared<'_>, prices: &Prices) -> Vec<f64> {
    let value = |plant: &Plant| {
        let supplies = plant.supplies.iter().map(|supply| supply.get());
        let worth = supplies.map(|k| prices.supplies[k] * prepared.supply_useful[k]);
        plant.cost.get() as f64 - worth.sum::<f64>()
    };
    prepared.problem.plants().iter().map(value).collect()
}

/// Adds the plants that are worth opening, enough of them to give what is needed, to `evaluation`. `whole` is that of
/// [`Limits`].
pub(super) fn choose_plants(
    prepared: &Prepared<'_>,
    prices: &Prices,
    fixed: &[Option<bool>],
    whole: f64,
    evaluation: &mut Evaluation,
) {
    let values = plant_values(prepared, prices);
    let needed = prepared.plants_needed.max(0.0);
    let limits = Limits {
        places: &prepared.plant_places,
        useful: &prepared.plant_useful,
        needed,
        spending: &vec![0.0; values.len()],
        funds: f64::INFINITY,
        min_open: 0,
        max_open: values.len(),
        regions: &[],
        whole,
    };
    let selection = select(&values, fixed, &limits);
    for (plant, &open) in prepared.problem.plants().iter().zip(&selection.open) {
        for k in plant.supplies.iter().map(|supply| supply.get()) {
            evaluation.excess[k] -= open * prepared.supply_useful[k];
            evaluation.magnitude += prices.supplies[k] * prepared.supply_useful[k];
        }
        evaluation.magnitude += plant.cost.get() as f64;
    }
    evaluation.bound += selection.value;
    evaluation.linear += selection.linear;
    evaluation.plants_price = selection.price;
    evaluation.magnitude += selection.price * needed;
    evaluation.reduced.extend(selection.reduced);
    evaluation.open.extend(selection.open);
}
