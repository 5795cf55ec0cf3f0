//! A plan as a GeoJSON feature collection, for maps.
//!
//! Each feature has a property `feature`: `site`, `supply`, `demand`, `flow`, `route`, `stop`, `outsourced` or `unserved`.

use super::atlas::{Atlas, is_geographic};
use crate::model::plan::{Activity, Route};
use crate::model::{Plan, Quantities, Scenario};
use geojson::{Feature, FeatureCollection, GeometryValue, JsonObject};
use serde::Serialize;
use serde_json::json;

/// A plan that has no place on a map of the Earth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GeoJsonError {
    /// The coordinates are planar, or there are none.
    #[error("GeoJSON wants longitudes and latitudes; this scenario's places are on a plane or have no coordinates")]
    NotGeographic,
}

/// The plan as GeoJSON text. Things without coordinates are left out.
pub fn write(scenario: &Scenario, plan: &Plan) -> Result<String, GeoJsonError> {
    if !is_geographic(scenario) {
        return Err(GeoJsonError::NotGeographic);
    }
    let atlas = Atlas::new(scenario);
    let mut features = places(scenario, plan, &atlas);
    features.extend(plan.flows.iter().filter_map(|flow| {
        let ends = atlas.ends(flow)?;
        Some(feature("flow", GeometryValue::new_line_string(ends), flow))
    }));
    plan.routes.iter().for_each(|route| features.extend(route_features(route, &atlas)));
    features.extend(plan.outsourced.iter().filter_map(|outsourced| {
        let at = atlas.order(&outsourced.id)?;
        Some(feature("outsourced", GeometryValue::new_point(at), outsourced))
    }));
    features.extend(plan.unserved.iter().filter_map(|unserved| {
        let at = atlas.unserved(&unserved.id)?;
        Some(feature("unserved", GeometryValue::new_point(at), unserved))
    }));
    Ok(FeatureCollection::new(features).to_string())
}

fn places(scenario: &Scenario, plan: &Plan, atlas: &Atlas<'_>) -> Vec<Feature> {
    let mut features = Vec::new();
    let mut push = |kind: &str, at: Option<[f64; 2]>, properties: serde_json::Value| {
        if let Some(at) = at {
            features.push(feature(kind, GeometryValue::new_point(at), &properties));
        }
    };
    for supply in &scenario.supplies {
        let properties = json!({"id": supply.id, "name": atlas.supply_name(&supply.id)});
        push("supply", atlas.at(&supply.location), properties);
    }
    for demand in &scenario.demands {
        let name = atlas.demand_name(&demand.id);
        let properties = json!({"id": demand.id, "name": name, "quantity": total(&demand.quantity)});
        push("demand", atlas.at(&demand.location), properties);
    }
    for site in &plan.sites {
        let properties = json!({
            "id": site.id,
            "name": atlas.site_name(&site.id),
            "open": site.open,
            "change": site.change,
            "level": site.level,
            "throughput": site.throughput,
            "utilization": site.utilization,
        });
        push("site", atlas.site(&site.id), properties);
    }
    features
}

/// The line of a route, then its stops.
fn route_features(route: &Route, atlas: &Atlas<'_>) -> Vec<Feature> {
    let line: Vec<[f64; 2]> = route.stops.iter().filter_map(|stop| atlas.at(&stop.location)).collect();
    let mut features = Vec::with_capacity(route.stops.len() + 1);
    if line.len() > 1 {
        let properties = json!({
            "vehicle": route.vehicle,
            "number": route.number,
            "site": route.site,
            "cost": route.cost,
            "distance": route.distance,
            "duration": route.duration,
        });
        features.push(feature("route", GeometryValue::new_line_string(line), &properties));
    }
    for (position, stop) in route.stops.iter().enumerate() {
        let is_call = !matches!(stop.activity, Activity::Start | Activity::End);
        if let Some(at) = atlas.at(&stop.location).filter(|_| is_call) {
            let mut feature = feature("stop", GeometryValue::new_point(at), stop);
            feature.set_property("vehicle", route.vehicle.as_str());
            feature.set_property("number", route.number);
            feature.set_property("position", position);
            features.push(feature);
        }
    }
    features
}

fn feature<P: Serialize>(kind: &str, geometry: GeometryValue, properties: &P) -> Feature {
    let mut object = JsonObject::new();
    object.insert("feature".to_owned(), kind.into());
    if let Ok(serde_json::Value::Object(properties)) = serde_json::to_value(properties) {
        object.extend(properties);
    }
    Feature { geometry: Some(geometry.into()), properties: Some(object), ..Feature::default() }
}

/// The sum over all names.
pub(super) fn total(quantities: &Quantities) -> f64 {
    match quantities {
        Quantities::Bare(amount) => *amount,
        Quantities::Named(amounts) => amounts.iter().map(|(_, amount)| amount).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(metric: &str) -> Result<String, GeoJsonError> {
        let scenario = json!({
            "kind": "routing", "version": 1, "travel": {"metric": metric},
            "locations": [{"id": "a", "at": [112.5, 37.9]}, {"id": "b", "at": [112.75, 38.0]}],
            "orders": [{"id": "o", "location": "b"}, {"id": "far", "location": "a"}],
        });
        let stop = |activity: &str, order: Option<&str>, location: &str| {
            json!({"activity": activity, "order": order, "location": location, "arrive": "08:00", "wait": 0, "start": "08:00",
                   "leave": "08:00", "load": {}, "distance": 0, "slack": 0})
        };
        let plan = json!({
            "kind": "routing", "version": 1, "status": "feasible",
            "summary": {"total": 1, "costs": {}, "served": 1, "unserved": 1},
            "routes": [{"vehicle": "v", "number": 1, "cost": 1, "distance": 9, "duration": 9,
                        "stops": [stop("start", None, "a"), stop("order", Some("o"), "b"), stop("end", None, "a")]}],
            "unserved": [{"id": "far", "reasons": []}],
            "seed": 1, "solver_version": "0", "input_hash": "",
        });
        write(&serde_json::from_value(scenario).unwrap(), &serde_json::from_value(plan).unwrap())
    }

    #[test]
    fn features_of_a_route() {
        let text = check("haversine").unwrap();
        let collection: FeatureCollection = text.parse::<geojson::GeoJson>().unwrap().try_into().unwrap();
        let kinds: Vec<&str> =
            collection.features.iter().map(|feature| feature.property("feature").unwrap().as_str().unwrap()).collect();
        assert_eq!(kinds, ["route", "stop", "unserved"]);
        assert_eq!(collection.features[1].property("order").unwrap(), "o");
        let Some(geometry) = &collection.features[0].geometry else { panic!("a route has a line") };
        assert_eq!(geometry.value.type_name(), "LineString");
    }

    #[test]
    fn planes_have_no_geojson() {
        assert_eq!(check("euclidean"), Err(GeoJsonError::NotGeographic));
    }
}
