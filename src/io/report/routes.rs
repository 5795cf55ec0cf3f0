//! The routes, a line each, and every stop of them: what is asked of it, and what was promised.

use super::charts::route_name;
use super::colors;
use super::numbers::{duration, length, moment, money_plain, number};
use super::page::{Page, escape};
use super::tables::{Cell, MOST_ROWS, Table, cost_head, left_out, mark, number_cell, text};
use super::texts::Language;
use crate::io::atlas::Atlas;
use crate::model::group::{Group, GroupRule};
use crate::model::plan::{Activity, Pause, PauseKind, Route, Stop};
use crate::model::scenario::{Location, Lock, Order, Shipment, ShipmentEnd};
use crate::model::{Moment, Plan, Scenario};
use std::collections::{BTreeMap, HashMap};

/// One line for each route.
pub(super) fn routes(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if plan.routes.is_empty() {
        return;
    }
    let language = page.language;
    let with_trips = plan.routes.iter().any(|route| n_trips(route) > 1);
    let cost = cost_head(scenario, language);
    let mut columns = vec!["Vehicle", "#Stops"];
    columns.extend(with_trips.then_some("#Trips"));
    columns.extend(["#Distance", "#Duration", "#Waiting", "#Largest load", cost.as_str()]);
    let mut table = Table::new(language, &columns);
    for (position, route) in plan.routes.iter().enumerate().take(MOST_ROWS) {
        let waiting = route.stops.iter().map(|stop| stop.wait).sum();
        let mut cells = vec![Cell::Text(vehicle(scenario, route, position)), number_cell(calls(route).to_string())];
        cells.extend(with_trips.then(|| number_cell(n_trips(route).to_string())));
        cells.extend([
            number_cell(length(scenario, route.distance as f64)),
            number_cell(duration(scenario, route.duration)),
            number_cell(duration(scenario, waiting)),
            number_cell(escape(&largest_load(route))),
            number_cell(money_plain(scenario, route.cost, plan.summary.total)),
        ]);
        table.row("", &cells);
    }
    page.section("long", "Routes", &left_out(plan.routes.len(), language), &table.finish());
}

fn vehicle(scenario: &Scenario, route: &Route, position: usize) -> String {
    let color = colors::line(position);
    format!("<i class=\"swatch\" style=\"background:{color}\"></i>{}", escape(&route_name(scenario, route)))
}

fn calls(route: &Route) -> usize {
    let is_call = |stop: &&Stop| !matches!(stop.activity, Activity::Start | Activity::Reload | Activity::End);
    route.stops.iter().filter(is_call).count()
}

/// Trips of a route: one more than its reloads.
pub(super) fn n_trips(route: &Route) -> usize {
    1 + route.stops.iter().filter(|stop| stop.activity == Activity::Reload).count()
}

fn largest_load(route: &Route) -> String {
    let mut largest: BTreeMap<&str, f64> = BTreeMap::new();
    for (name, load) in route.stops.iter().flat_map(|stop| &stop.load) {
        let most = largest.entry(name).or_insert(0.0);
        *most = most.max(*load);
    }
    loads(largest.into_iter())
}

fn loads<'a>(loads: impl Iterator<Item = (&'a str, f64)>) -> String {
    let texts: Vec<String> =
        loads.map(|(name, load)| format!("{} {name}", number(load, 2)).trim_end().to_owned()).collect();
    texts.join(", ")
}

/// What is asked of a stop.
#[derive(Default)]
struct Asked<'a> {
    windows: &'a [[Moment; 2]],
    /// What people should know about it.
    marks: Vec<String>,
}

/// What the scenario asks of its orders, shipments and locks, by their ids.
struct Wishes<'a> {
    scenario: &'a Scenario,
    orders: HashMap<&'a str, &'a Order>,
    shipments: HashMap<&'a str, &'a Shipment>,
    locks: HashMap<&'a str, Vec<&'a Lock>>,
    groups: HashMap<&'a str, Vec<&'a Group>>,
    /// The zones of locations, by their ids.
    zones: HashMap<&'a str, &'a str>,
}

impl<'a> Wishes<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        let mut locks: HashMap<&str, Vec<&Lock>> = HashMap::new();
        scenario.locks.iter().for_each(|lock| locks.entry(&lock.order).or_default().push(lock));
        let mut groups: HashMap<&str, Vec<&Group>> = HashMap::new();
        for group in &scenario.groups {
            group.orders.iter().for_each(|order| groups.entry(order).or_default().push(group));
        }
        let zone = |place: &'a Location| Some((place.id.as_str(), place.zone.as_deref()?));
        Self {
            scenario,
            zones: scenario.locations.iter().filter_map(zone).collect(),
            orders: scenario.orders.iter().map(|order| (order.id.as_str(), order)).collect(),
            shipments: scenario.shipments.iter().map(|shipment| (shipment.id.as_str(), shipment)).collect(),
            locks,
            groups,
        }
    }

    fn of(&self, stop: &Stop, language: Language) -> Asked<'a> {
        let Some(id) = stop.order.as_deref() else { return Asked::default() };
        let mut asked = Asked::default();
        let end = match stop.activity {
            Activity::Pickup => Some(ShipmentEnd::Pickup),
            Activity::Delivery => Some(ShipmentEnd::Delivery),
            Activity::Start | Activity::Order | Activity::Reload | Activity::End => None,
        };
        match (end, self.orders.get(id), self.shipments.get(id)) {
            (Some(ShipmentEnd::Pickup), _, Some(shipment)) => {
                asked.windows = &shipment.pickup.windows;
                asked.marks.push(language.text("pickup").to_owned());
            }
            (Some(ShipmentEnd::Delivery), _, Some(shipment)) => {
                asked.windows = &shipment.delivery.windows;
                asked.marks.push(language.text("delivery").to_owned());
            }
            (None, Some(order), _) => self.of_order(order, stop, language, &mut asked),
            _ => {}
        }
        let priority = match end {
            Some(ShipmentEnd::Pickup) => self.shipments.get(id).and_then(|shipment| shipment.priority),
            Some(ShipmentEnd::Delivery) => None,
            None => self.orders.get(id).and_then(|order| order.priority),
        };
        asked.marks.extend(priority.map(|priority| language.fill("priority {0}", &[&priority.to_string()])));
        let of_end = |lock: &&&Lock| lock.activity.is_none() || lock.activity == end;
        for lock in self.locks.get(id).into_iter().flatten().filter(of_end) {
            if let (Some(vehicle), Some(_)) = (&lock.vehicle, lock.change_cost) {
                asked.marks.push(language.fill("planned on {0}", &[vehicle]));
            } else if lock.vehicle.is_some() || lock.position.is_some() {
                asked.marks.push(language.text("locked").to_owned());
            }
            let promised = lock.promised.map(|promised| moment(self.scenario, promised));
            asked.marks.extend(promised.map(|promised| language.fill("promised {0}", &[&promised])));
        }
        asked.marks.extend(stop.compartment.as_ref().map(|place| language.fill("in compartment {0}", &[place])));
        let zone = self.zones.get(stop.location.as_str());
        asked.marks.extend(zone.map(|zone| language.fill("zone {0}", &[zone])));
        let groups = self.groups.get(id).into_iter().flatten().filter(|_| stop.activity != Activity::Delivery);
        asked.marks.extend(groups.map(|group| in_group(group, id, language)));
        asked
    }

    fn of_order(&self, order: &'a Order, stop: &Stop, language: Language, asked: &mut Asked<'a>) {
        asked.windows = &order.windows;
        let other = order.alternatives.iter().find(|place| place.location == stop.location);
        if let Some(other) = other.filter(|_| order.location != stop.location) {
            asked.windows = &other.windows;
            asked.marks.push(language.text("other place").to_owned());
        }
        if order.backhaul {
            asked.marks.push(language.text("backhaul").to_owned());
        }
        let release = order.release.map(|release| moment(self.scenario, release));
        asked.marks.extend(release.map(|release| language.fill("from {0} on", &[&release])));
    }
}

/// With whom an order goes, or must not.
fn in_group(group: &Group, id: &str, language: Language) -> String {
    let others = || -> String {
        let others: Vec<&str> = group.orders.iter().map(String::as_str).filter(|&other| other != id).collect();
        others.join(", ")
    };
    match group.rule {
        GroupRule::Together => language.fill("together with {0}", &[&others()]),
        GroupRule::InSequence => language.fill("in the sequence {0}", &[&group.orders.join(", ")]),
        GroupRule::Apart => language.fill("apart from {0}", &[&others()]),
    }
}

/// Every call of every vehicle.
pub(super) fn stops(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if plan.routes.is_empty() {
        return;
    }
    let language = page.language;
    let atlas = Atlas::new(scenario);
    let wishes = Wishes::new(scenario);
    let extra = Extra {
        has_setups: plan.routes.iter().flat_map(|route| &route.stops).any(|stop| stop.setup > 0),
        shares: plan.cost_shares.iter().map(|line| (line.id.as_str(), line.share)).collect(),
        total: plan.summary.total,
    };
    let mut columns = vec!["#", "Order", "Place", "#Window", "#Arrive"];
    columns.extend(extra.has_setups.then_some("#Setup"));
    columns.extend(["#Wait", "#Start", "#Leave", "#Load after", "#Distance", "#Slack"]);
    columns.extend((!extra.shares.is_empty()).then_some("#Cost share"));
    let mut table = Table::new(language, &columns);
    for (position, route) in plan.routes.iter().enumerate() {
        if table.is_full() {
            break;
        }
        let mut summary = vec![language.count(calls(route), "stop")];
        summary.extend((n_trips(route) > 1).then(|| language.count(n_trips(route), "trip")));
        summary.push(length(scenario, route.distance as f64));
        let summary = summary.join(language.text(", "));
        table.group(columns.len(), &format!("{}<span>{summary}</span>", vehicle(scenario, route, position)));
        let mut trip = 1;
        for (i, stop) in route.stops.iter().enumerate() {
            if table.is_full() {
                break;
            }
            trip += usize::from(stop.activity == Activity::Reload);
            for pause in route.pauses.iter().filter(|pause| pause.after_stop as usize + 1 == i) {
                pause_row(scenario, pause, (columns.len(), language), &mut table);
            }
            stop_row(&wishes, &atlas, (i, trip), stop, (&extra, language), &mut table);
        }
    }
    let n_all = plan.routes.iter().map(|route| route.stops.len()).sum();
    page.section("long", "Stops", &left_out(n_all, language), &table.finish());
}

/// What stops tell only in some plans.
struct Extra<'a> {
    has_setups: bool,
    shares: HashMap<&'a str, f64>,
    /// The plan's total, for the form of money.
    total: f64,
}

/// A break or rest, between the stops that it lies between.
fn pause_row(scenario: &Scenario, pause: &Pause, (n_columns, language): (usize, Language), table: &mut Table) {
    let what = match pause.kind {
        PauseKind::Break => language.text("break"),
        PauseKind::Rest => language.text("rest"),
    };
    let [from, to] = [pause.start, pause.end].map(|time| moment(scenario, time));
    let mut cells: Vec<Cell> = (0..n_columns).map(|_| text("")).collect();
    cells[1] = Cell::Text(format!("{what} {}", escape(&format!("{from}–{to}"))));
    table.row(" class=\"dim\"", &cells);
}

fn stop_row(
    wishes: &Wishes<'_>,
    atlas: &Atlas<'_>,
    (i, trip): (usize, usize),
    stop: &Stop,
    (extra, language): (&Extra<'_>, Language),
    table: &mut Table,
) {
    let scenario = wishes.scenario;
    let asked = wishes.of(stop, language);
    let (class, what) = match stop.activity {
        Activity::Start => (" class=\"dim\"", language.text("departure").to_owned()),
        Activity::End => (" class=\"dim\"", language.text("return").to_owned()),
        Activity::Reload => (" class=\"trip\"", language.fill("reload, trip {0} begins", &[&trip.to_string()])),
        Activity::Order | Activity::Pickup | Activity::Delivery => {
            let late = (stop.late > 0).then(|| language.fill("{0} late", &[&duration(scenario, stop.late)]));
            let marks: String = asked.marks.iter().chain(&late).map(|it| mark(it)).collect();
            ("", format!("{}{marks}", escape(stop.order.as_deref().unwrap_or(""))))
        }
    };
    let is_within =
        |[opens, closes]: &&[Moment; 2]| (opens.seconds()..=closes.seconds()).contains(&stop.start.seconds());
    let window = asked.windows.iter().find(is_within).or(asked.windows.first());
    let window = window.map(|ends| ends.map(|end| moment(scenario, end)).join("–"));
    let if_any = |seconds: i64| number_cell(if seconds > 0 { duration(scenario, seconds) } else { String::new() });
    let load = loads(stop.load.iter().map(|(name, load)| (name.as_str(), *load)));
    let mut cells = vec![
        number_cell(if i == 0 { String::new() } else { i.to_string() }),
        Cell::Text(what),
        Cell::Text(format!("<span class=\"place\">{}</span>", escape(atlas.name(&stop.location)))),
        number_cell(escape(&window.unwrap_or_default())),
        number_cell(escape(&moment(scenario, stop.arrive))),
    ];
    cells.extend(extra.has_setups.then(|| if_any(stop.setup)));
    cells.extend([
        if_any(stop.wait),
        number_cell(escape(&moment(scenario, stop.start))),
        number_cell(escape(&moment(scenario, stop.leave))),
        number_cell(escape(&load)),
        number_cell(length(scenario, stop.distance as f64)),
        number_cell(slack(scenario, stop.slack, language)),
    ]);
    if !extra.shares.is_empty() {
        // A shipment's share stands where it is delivered.
        let order = stop.order.as_deref().filter(|_| stop.activity != Activity::Pickup);
        let share = order.and_then(|order| extra.shares.get(order));
        cells.push(number_cell(share.map_or_else(String::new, |&it| money_plain(scenario, it, extra.total))));
    }
    table.row(class, &cells);
}

/// A slack of months, or of more than any published set has, means that nothing binds.
fn slack(scenario: &Scenario, seconds: i64, language: Language) -> String {
    let most = if scenario.travel.scale.is_none() { 100 * 86_400 } else { i64::MAX / 64 };
    if seconds > most { language.text("free").to_owned() } else { duration(scenario, seconds) }
}
