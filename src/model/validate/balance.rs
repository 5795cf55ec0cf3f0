//! What uneven routes cost.

use super::numbers::{amount, cost};
use crate::hours::Overtime;
use crate::model::balance::{self, Workload};
use crate::model::defect::Defects;
use crate::model::problem::{Balance, Routing};
use crate::units::{Cost, Duration};

/// The price of uneven routes.
pub(super) fn read(given: &balance::Balance, defects: &mut Defects) -> Balance {
    let before = defects.count();
    let per_unit = cost(Some(given.per_unit), || "/balance/per_unit".to_owned(), defects);
    if per_unit == Cost::ZERO && defects.count() == before {
        let detail = "uneven routes cost nothing".to_owned();
        defects.add("/balance/per_unit", "balance_costs_nothing", detail, "give it a price, or leave `balance` out");
    }
    let target = given.target.map(|target| {
        let target = amount(target, || "/balance/target".to_owned(), defects);
        if target.fract() != 0.0 {
            let detail = format!("must be whole seconds, meters or stops, found {target}");
            defects.add("/balance/target", "not_whole", detail, "round it");
        }
        target as i64
    });
    Balance { workload: given.measure, per_unit, target }
}

/// Makes a target of the duration part of the drivers' days: it is priced with their timetables.
pub(super) fn finish(routing: &mut Routing) {
    let Some(Balance { workload: Workload::Duration, per_unit, target: Some(target) }) = routing.balance else {
        return;
    };
    for vehicle_type in &mut routing.vehicle_types {
        vehicle_type.duty.leveling = Some(Overtime { after: Duration::new(target), per_second: per_unit });
    }
}
