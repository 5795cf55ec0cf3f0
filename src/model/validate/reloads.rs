//! Where vehicles reload.

use super::names::Names;
use super::times::whole_seconds;
use crate::model::defect::Defects;
use crate::model::problem::{Purpose, Visit};
use crate::model::scenario::Scenario;
use crate::units::{Duration, LocationIdx, Time, TimeWindow, VehicleTypeIdx};

/// The places where some vehicle can reload, given where each starts; each place with the vehicles that must not; one for each length of service.
pub(super) fn reloads(
    scenario: &Scenario,
    starts: &[LocationIdx],
    locations: &Names<'_>,
    defects: &mut Defects,
) -> Vec<Visit> {
    let mut found: Vec<(LocationIdx, Duration, Vec<usize>)> = Vec::new();
    for (row, vehicle) in scenario.vehicles.iter().enumerate() {
        let Some(reload) = &vehicle.reload else { continue };
        let pointer = |field: &str| format!("/vehicles/{row}/reload/{field}");
        if reload.max == Some(0) {
            let detail = format!("vehicle `{}` may reload 0 times, at least 1 is needed", vehicle.id);
            defects.add(pointer("max"), "zero_reloads", detail, "leave `reload` out if it never reloads");
        }
        let service = whole_seconds(reload.service, || pointer("service"), defects);
        let named = reload.locations.iter().enumerate();
        let mut places: Vec<LocationIdx> = named
            .map(|(number, id)| locations.location(id, || format!("{}/{number}", pointer("locations")), defects))
            .collect();
        if places.is_empty() {
            places.push(starts[row]);
        }
        for place in places {
            match found.iter_mut().find(|(known, length, _)| (*known, *length) == (place, service)) {
                Some((_, _, rows)) => rows.push(row),
                None => found.push((place, service, vec![row])),
            }
        }
    }
    let barred = |rows: &[usize]| -> Vec<VehicleTypeIdx> {
        (0..scenario.vehicles.len()).filter(|row| !rows.contains(row)).map(VehicleTypeIdx::new).collect()
    };
    let visit = |(location, service, rows): (LocationIdx, Duration, Vec<usize>)| Visit {
        purpose: Purpose::Reload,
        location,
        delivery: Vec::new(),
        pickup: Vec::new(),
        window: TimeWindow::ALWAYS,
        lateness: None,
        kinds: 0,
        setup: Duration::ZERO,
        service,
        prize: None,
        priority: None,
        barred: barred(&rows),
        backhaul: false,
        release: Time::ZERO,
    };
    found.into_iter().map(visit).collect()
}
