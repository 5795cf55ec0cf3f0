//! A plan as tables for spreadsheets.

use super::{cells, quoted};
use crate::model::Scenario;
use crate::model::plan::{Activity, Plan, SitePlan};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// The tables of a plan by file name: `summary.csv`, and `sites.csv`, `alternatives.csv`, `sweep.csv`, `flows.csv`,
/// `routes.csv`, `stops.csv`, `pauses.csv`, `docks.csv`, `splits.csv`, `outsourced.csv`, `unserved.csv` where there is
/// something in them.
#[must_use]
pub fn plan_tables(scenario: &Scenario, plan: &Plan) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut insert = |name: &str, table: Grid| {
        if !table.rows.is_empty() {
            files.insert(name.to_owned(), table.text());
        }
    };
    insert("summary.csv", summary(scenario, plan));
    let columns = ["id", "open", "change", "level", "throughput", "utilization", "price_at_least", "price_found"];
    insert("sites.csv", Grid::new(&columns, plan.sites.iter().map(site)));
    let alternatives = plan.alternatives.iter().map(|other| listed(row(other), &["open", "opens", "does_without"]));
    insert("alternatives.csv", Grid::new(&["total", "open", "opens", "does_without"], alternatives));
    let columns = ["sites", "total", "lower_bound", "covered", "is_infeasible", "open"];
    insert("sweep.csv", Grid::new(&columns, plan.sweep.iter().map(|point| listed(row(point), &["open"]))));
    let columns = ["stage", "from", "to", "product", "quantity", "distance", "cost", "covered"];
    insert("flows.csv", Grid::new(&columns, plan.flows.iter().map(row)));
    let routes = plan.routes.iter().map(row);
    insert("routes.csv", Grid::new(&["vehicle", "number", "cost", "distance", "duration"], routes));
    insert("stops.csv", stops(plan));
    let pauses = plan.routes.iter().flat_map(|route| {
        route.pauses.iter().map(|pause| {
            let mut value = row(pause);
            value["break"] = row(&pause.number);
            value["vehicle"] = Value::from(route.vehicle.as_str());
            value["number"] = Value::from(route.number);
            value
        })
    });
    insert("pauses.csv", Grid::new(&["vehicle", "number", "kind", "break", "after_stop", "start", "end"], pauses));
    let columns = ["location", "door", "vehicle", "number", "stop", "start", "end", "wait"];
    insert("docks.csv", Grid::new(&columns, plan.docks.iter().map(row)));
    let parts = plan.splits.iter().flat_map(|split| {
        split.parts.iter().map(|part| {
            let mut value = row(part);
            value["order"] = Value::from(split.order.as_str());
            value
        })
    });
    insert("splits.csv", Grid::new(&["order", "id", "delivery", "pickup"], parts));
    insert("outsourced.csv", Grid::new(&["id", "carrier", "price"], plan.outsourced.iter().map(row)));
    let unserved = plan.unserved.iter().flat_map(|unserved| {
        unserved.reasons.iter().map(|reason| {
            let mut value = row(reason);
            value["id"] = Value::from(unserved.id.as_str());
            value
        })
    });
    insert("unserved.csv", Grid::new(&["id", "code", "message", "hint"], unserved));
    files
}

/// Cells below names of columns.
struct Grid {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Grid {
    fn new(columns: &[&str], rows: impl Iterator<Item = Value>) -> Self {
        let cell = |row: &Value, name: &str| row.get(name).map_or_else(String::new, cells::format);
        let rows = rows.map(|row| columns.iter().map(|name| cell(&row, name)).collect()).collect();
        Self { columns: columns.iter().map(|name| cells::safe(name)).collect(), rows }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for row in std::iter::once(&self.columns).chain(&self.rows) {
            let fields: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
            text.push_str(&fields.join(","));
            text.push('\n');
        }
        text
    }
}

fn row<R: Serialize>(row: &R) -> Value {
    serde_json::to_value(row).expect("documents have string keys")
}

/// A site, with what turning the decision about it would cost in the same row.
fn site(site: &SitePlan) -> Value {
    let mut value = row(site);
    if let Some(price) = &site.turning {
        value["price_at_least"] = row(&price.at_least);
        value["price_found"] = row(&price.found);
    }
    value
}

/// A row whose lists of ids are in one cell each.
fn listed(mut value: Value, fields: &[&str]) -> Value {
    for field in fields {
        let ids = value.get(*field).and_then(Value::as_array).map(|ids| ids.iter().filter_map(Value::as_str).collect());
        let ids: Vec<&str> = ids.unwrap_or_default();
        value[*field] = Value::from(ids.join(";"));
    }
    value
}

fn summary(scenario: &Scenario, plan: &Plan) -> Grid {
    let mut rows = Vec::new();
    let mut push = |key: &str, value: Value| rows.push(vec![cells::safe(key), cells::format(&value)]);
    push("name", Value::from(plan.name.as_str()));
    push("kind", row(&plan.kind));
    push("status", row(&plan.status));
    push("currency", Value::from(scenario.currency.as_str()));
    push("total", Value::from(plan.summary.total));
    plan.summary.costs.iter().for_each(|(term, cost)| push(&format!("cost:{term}"), Value::from(*cost)));
    push("lower_bound", row(&plan.lower_bound));
    push("bound_kind", row(&plan.bound_kind));
    push("gap", row(&plan.gap));
    if let Value::Object(fields) = row(&plan.summary) {
        for (name, value) in fields.into_iter().filter(|(name, _)| name != "total" && name != "costs") {
            push(&name, value);
        }
    }
    push("convention", Value::from(scenario.convention.as_str()));
    push("seed", Value::from(plan.seed));
    push("solver_version", Value::from(plan.solver_version.as_str()));
    push("input_hash", Value::from(plan.input_hash.as_str()));
    Grid { columns: vec!["key".to_owned(), "value".to_owned()], rows }
}

fn stops(plan: &Plan) -> Grid {
    let mut dimensions: Vec<&str> = Vec::new();
    let loads = plan.routes.iter().flat_map(|route| &route.stops).flat_map(|stop| stop.load.keys());
    for name in loads {
        if !dimensions.contains(&name.as_str()) {
            dimensions.push(name);
        }
    }
    let load_column = |name: &str| if name.is_empty() { "load".to_owned() } else { format!("load:{name}") };
    let load_columns: Vec<String> = dimensions.iter().map(|name| load_column(name)).collect();
    let first = ["vehicle", "number", "position", "activity", "order", "location", "arrive"];
    let mut columns: Vec<&str> = first.to_vec();
    let has_setups = plan.routes.iter().flat_map(|route| &route.stops).any(|stop| stop.setup > 0);
    columns.extend(has_setups.then_some("setup"));
    columns.extend(["wait", "start", "leave", "distance", "late", "slack"]);
    let has_compartments = plan.routes.iter().flat_map(|route| &route.stops).any(|stop| stop.compartment.is_some());
    columns.extend(has_compartments.then_some("compartment"));
    columns.extend(load_columns.iter().map(String::as_str));
    let shares: HashMap<&str, f64> = plan.cost_shares.iter().map(|it| (it.id.as_str(), it.share)).collect();
    columns.extend((!shares.is_empty()).then_some("cost_share"));
    let rows = plan.routes.iter().flat_map(|route| {
        let load_columns = &load_columns;
        let (dimensions, shares) = (&dimensions, &shares);
        route.stops.iter().enumerate().map(move |(position, stop)| {
            let mut value = row(stop);
            value["vehicle"] = Value::from(route.vehicle.as_str());
            value["number"] = Value::from(route.number);
            value["position"] = Value::from(position);
            // A shipment's share stands at its pickup.
            let order = stop.order.as_deref().filter(|_| stop.activity != Activity::Delivery);
            value["cost_share"] = order.and_then(|order| shares.get(order)).map_or(Value::Null, |it| Value::from(*it));
            for (column, dimension) in load_columns.iter().zip(dimensions) {
                value[column] = stop.load.get(*dimension).map_or(Value::Null, |load| Value::from(*load));
            }
            value
        })
    });
    Grid::new(&columns, rows)
}
