//! Speed by time of day, everywhere or between zones.

use super::names::well_formed;
use super::numbers::amount;
use super::times::Clock;
use crate::hours::{Pace, Paces};
use crate::model::defect::Defects;
use crate::model::nearest::did_you_mean;
use crate::model::scenario::{Scenario, Speed};
use crate::units::TimeWindow;
use std::collections::HashMap;

/// Most speeds: each may hold on every pair of zones.
const MOST_SPEEDS: usize = 500;

/// Most zones that speeds can name: all pairs of them have speeds of their own.
const MOST_ZONES: usize = 32;

/// Hours, and the speed then in thousandths.
type Period = (TimeWindow, i64);

/// One of the scenario's speeds.
struct Rule {
    period: Period,
    /// Numbers of the zones that ways begin and end in; `None` is anywhere.
    ends: [Option<Vec<u16>>; 2],
}

impl Rule {
    fn holds(&self, from: u16, to: u16) -> bool {
        let within = |zones: &Option<Vec<u16>>, zone: u16| zones.as_ref().is_none_or(|zones| zones.contains(&zone));
        within(&self.ends[0], from) && within(&self.ends[1], to)
    }

    /// How many of a way's ends it names the zones of: where this is larger it goes before others.
    fn n_named(&self) -> usize {
        self.ends.iter().flatten().count()
    }

    /// Whether there are ways and times that both are for, none more than the other.
    fn contradicts(&self, other: &Self) -> bool {
        let share = |end: usize| match (&self.ends[end], &other.ends[end]) {
            (Some(zones), Some(others)) => zones.iter().any(|zone| others.contains(zone)),
            _ => true,
        };
        let (hours, others) = (self.period.0, other.period.0);
        hours.opens.max(others.opens) < hours.closes.min(others.closes)
            && self.n_named() == other.n_named()
            && share(0)
            && share(1)
    }
}

/// Speeds by time of day, and the zones of all places. Places that no speed asks for are in one zone, number 0.
pub(super) fn read(scenario: &Scenario, clock: &mut Clock, defects: &mut Defects) -> Paces {
    let before = defects.count();
    for (row, location) in scenario.locations.iter().enumerate() {
        if let Some(zone) = &location.zone {
            well_formed(zone, || format!("/locations/{row}/zone"), defects);
        }
    }
    let speeds = &scenario.travel.speeds;
    if speeds.len() > MOST_SPEEDS {
        let detail = format!("at most {MOST_SPEEDS} speeds can be told apart, found {}", speeds.len());
        defects.add("/travel/speeds", "too_many_speeds", detail, "state fewer and longer hours");
        return Paces::steady();
    }
    let numbers = numbers(scenario);
    if numbers.len() > MOST_ZONES {
        let detail = format!("speeds can be for at most {MOST_ZONES} zones, found {}", numbers.len());
        defects.add("/travel/speeds", "too_many_zones", detail, "give zones with like traffic one name");
        return Paces::steady();
    }
    let rules: Vec<Rule> =
        speeds.iter().enumerate().map(|(row, speed)| rule(row, speed, (scenario, &numbers), clock, defects)).collect();
    if defects.count() > before {
        return Paces::steady();
    }
    for (row, rule) in rules.iter().enumerate() {
        if let Some(other) = rules[..row].iter().position(|other| rule.contradicts(other)) {
            let detail = format!("overlaps the hours of `speeds[{other}]` on the same ways");
            let hint = "one factor for each time, or name the zones of both ends where it is another";
            defects.add(format!("/travel/speeds/{row}/hours"), "hours_overlap", detail, hint);
        }
    }
    if defects.count() > before {
        return Paces::steady();
    }
    if numbers.is_empty() {
        return Paces::everywhere(pace(&rules, 0, 0));
    }
    let number = |zone: &Option<String>| zone.as_ref().and_then(|zone| numbers.get(zone.as_str())).copied();
    let zones = scenario.locations.iter().map(|location| number(&location.zone).unwrap_or(0)).collect();
    let all = || 0..=numbers.len() as u16;
    Paces::by_zone(
        zones,
        all().flat_map(|from| all().map(move |to| (from, to))).map(|(from, to)| pace(&rules, from, to)).collect(),
    )
}

/// Numbers of the zones that speeds name, from 1.
fn numbers(scenario: &Scenario) -> HashMap<&str, u16> {
    let mut numbers = HashMap::new();
    for zone in scenario.travel.speeds.iter().flat_map(|speed| [&speed.from, &speed.to]).flatten().flatten() {
        let next = numbers.len().min(MOST_ZONES) as u16 + 1;
        numbers.entry(zone.as_str()).or_insert(next);
    }
    numbers
}

fn rule(
    row: usize,
    speed: &Speed,
    (scenario, numbers): (&Scenario, &HashMap<&str, u16>),
    clock: &mut Clock,
    defects: &mut Defects,
) -> Rule {
    let pointer = |field: &str| format!("/travel/speeds/{row}/{field}");
    let window = clock.window(&speed.hours, || pointer("hours"), defects);
    let before = defects.count();
    let factor = amount(speed.factor, || pointer("factor"), defects);
    let thousandths = (factor * 1000.0).round();
    if defects.count() == before && !(1.0..=1000.0).contains(&thousandths) {
        let detail = format!("must be from 0.001 to 1, found {factor}");
        defects.add(pointer("factor"), "speed_out_of_range", detail, "state durations for the fastest time of day");
    }
    let mut known = |zones: &Option<Vec<String>>, field: &str| {
        let zones = zones.as_ref()?;
        if zones.is_empty() {
            let detail = "names no zone, so that it never holds".to_owned();
            defects.add(pointer(field), "no_zones", detail, "leave it out for ways anywhere");
        }
        for (place, zone) in zones.iter().enumerate() {
            let all = || scenario.locations.iter().filter_map(|location| location.zone.as_deref());
            let pointer = || format!("{}/{place}", pointer(field));
            if !all().any(|known| known == zone) {
                let detail = format!("no location is in the zone `{zone}`");
                let hint = if defects.wants_search() { did_you_mean(zone, all()) } else { String::new() };
                let hint = if hint.is_empty() { "see `zone` of the locations".to_owned() } else { hint };
                defects.add(pointer(), "unknown_zone", detail, &hint);
            }
            if zones[..place].contains(zone) {
                defects.add(pointer(), "duplicate_zone", format!("`{zone}` is listed twice"), "list it once");
            }
        }
        Some(zones.iter().filter_map(|zone| numbers.get(zone.as_str()).copied()).collect())
    };
    Rule { period: (window, thousandths as i64), ends: [known(&speed.from, "from"), known(&speed.to, "to")] }
}

/// The pace from one zone to another: at each time the speed that names most of its zones.
fn pace(rules: &[Rule], from: u16, to: u16) -> Pace {
    let mut periods: Vec<Period> = Vec::new();
    for n_named in 0..=2 {
        let holds = |rule: &&Rule| rule.n_named() == n_named && rule.holds(from, to);
        for rule in rules.iter().filter(holds) {
            periods = periods.into_iter().flat_map(|period| outside(period, rule.period.0)).collect();
            periods.push(rule.period);
        }
    }
    periods.retain(|(window, _)| window.opens < window.closes);
    Pace::new(periods)
}

/// What is left of a period outside of some hours.
fn outside((window, speed): Period, hours: TimeWindow) -> impl Iterator<Item = Period> {
    let before = TimeWindow { closes: window.closes.min(hours.opens), ..window };
    let after = TimeWindow { opens: window.opens.max(hours.closes), ..window };
    [before, after].into_iter().filter(|rest| rest.opens < rest.closes).map(move |rest| (rest, speed))
}
