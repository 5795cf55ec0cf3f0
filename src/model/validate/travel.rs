//! Coordinates and matrices.

use super::numbers::LARGEST;
use crate::model::defect::Defects;
use crate::model::scenario::{self, Metric, Rounding, Scenario};
use crate::network::{self, DirectParams, DirectTravel, Travel, TravelMatrix};
use crate::spatial::{self, Point};

/// Largest distance or duration between two locations: what a matrix cell can hold.
const LARGEST_ENTRY: f64 = 4e9;

/// Speed on the sphere where none is given, in km/h.
const DEFAULT_SPEED_KMH: f64 = 60.0;

/// Half of the earth's circumference in meters, rounded up.
const LONGEST_ARC: f64 = 20_015_200.0;

/// Travel between the scenario's locations, or `None` with a defect.
pub(super) fn travel(scenario: &Scenario, defects: &mut Defects) -> Option<Travel> {
    let before = defects.count();
    let travel = &scenario.travel;
    let points = coordinates(scenario, defects);
    refuse_foreign(travel, defects);
    for (value, field) in [(travel.circuity, "circuity"), (travel.speed_kmh, "speed_kmh"), (travel.scale, "scale")] {
        if let Some(value) = value
            && !(value > 0.0 && value <= LARGEST)
        {
            defects.add(
                format!("/travel/{field}"),
                "not_positive",
                format!("{field} must be above 0 and at most 1e9, found {value}"),
                "leave it out for the default",
            );
        }
    }
    if travel.metric == Metric::Matrix {
        return matrix(travel, scenario.locations.len(), defects);
    }
    if defects.count() > before {
        return None;
    }
    let direct = DirectTravel::new(params(travel), points);
    within_range(&direct, defects).then(|| Travel::from(direct))
}

/// The locations' coordinates; the origin stands in for missing ones.
fn coordinates(scenario: &Scenario, defects: &mut Defects) -> Vec<Point> {
    let metric = scenario.travel.metric;
    let mut points = Vec::with_capacity(scenario.locations.len());
    for (row, location) in scenario.locations.iter().enumerate() {
        let Some([x, y]) = location.at else {
            if metric != Metric::Matrix {
                defects.add(
                    format!("/locations/{row}"),
                    "missing_coordinates",
                    format!("location `{}` has no coordinates, and the metric needs them", location.id),
                    "add \"at\": [longitude, latitude], or give a matrix",
                );
            }
            points.push(Point { x: 0.0, y: 0.0 });
            continue;
        };
        let pointer = |axis: usize| format!("/locations/{row}/at/{axis}");
        for (axis, value) in [x, y].into_iter().enumerate() {
            if !value.is_finite() {
                defects.add(pointer(axis), "not_finite", format!("must be a finite number, found {value}"), "");
            } else if value.abs() > LARGEST {
                defects.add(pointer(axis), "too_large", format!("must be within ±1e9, found {value}"), "");
            }
        }
        if metric == Metric::Haversine {
            let swapped = y.abs() > 90.0 && x.abs() <= 90.0 && y.abs() <= 180.0;
            let hint = if swapped { "latitude and longitude look swapped: write [longitude, latitude]" } else { "" };
            if x.is_finite() && x.abs() > 180.0 {
                let detail = format!("a longitude is within ±180 degrees, found {x}");
                defects.add(pointer(0), "longitude_out_of_range", detail, "write [longitude, latitude] in degrees");
            }
            if y.is_finite() && y.abs() > 90.0 {
                let detail = format!("a latitude is within ±90 degrees, found {y}");
                defects.add(pointer(1), "latitude_out_of_range", detail, hint);
            }
        }
        points.push(Point { x, y });
    }
    points
}

/// Refuses settings that the metric would ignore.
fn refuse_foreign(travel: &scenario::Travel, defects: &mut Defects) {
    let is_matrix = travel.metric == Metric::Matrix;
    let is_sphere = travel.metric == Metric::Haversine;
    for (refused, field) in [
        (is_matrix && travel.circuity.is_some(), "circuity"),
        (is_matrix && travel.speed_kmh.is_some(), "speed_kmh"),
        (is_matrix && travel.rounding.is_some(), "rounding"),
        ((is_matrix || is_sphere) && travel.scale.is_some(), "scale"),
        (!is_matrix && travel.distances.is_some(), "distances"),
        (!is_matrix && travel.durations.is_some(), "durations"),
    ] {
        if refused {
            let metric = match travel.metric {
                Metric::Haversine => "haversine",
                Metric::Euclidean => "euclidean",
                Metric::Manhattan => "manhattan",
                Metric::Matrix => "matrix",
            };
            defects.add(
                format!("/travel/{field}"),
                "field_not_for_metric",
                format!("`{field}` has no meaning with the metric `{metric}`"),
                "remove it, or change `metric`",
            );
        }
    }
}

fn params(travel: &scenario::Travel) -> DirectParams {
    let is_sphere = travel.metric == Metric::Haversine;
    let metric = match travel.metric {
        Metric::Haversine => spatial::Metric::Haversine,
        Metric::Manhattan => spatial::Metric::Manhattan,
        Metric::Euclidean | Metric::Matrix => spatial::Metric::Euclidean,
    };
    let speed = match travel.speed_kmh {
        Some(speed) => speed / 3.6,
        None if is_sphere => DEFAULT_SPEED_KMH / 3.6,
        None => 1.0,
    };
    let rounding = match travel.rounding {
        None | Some(Rounding::Nearest) => network::Rounding::Nearest,
        Some(Rounding::Floor) => network::Rounding::Floor,
        Some(Rounding::Ceil) => network::Rounding::Ceil,
    };
    DirectParams {
        metric,
        circuity: travel.circuity.unwrap_or(1.0),
        scale: travel.scale.unwrap_or(1.0),
        speed: Some(speed),
        rounding,
    }
}

/// Whether no distance or duration can be longer than a matrix cell holds, by the box around all places.
fn within_range(direct: &DirectTravel, defects: &mut Defects) -> bool {
    let longest = longest_distance(direct);
    let slowest = direct.params().speed.map_or(0.0, |speed| longest / speed);
    for (value, what) in [(longest, "distance"), (slowest, "duration")] {
        if value > LARGEST_ENTRY {
            defects.add(
                "/travel",
                "travel_too_long",
                format!("a {what} between locations must be at most 4e9, found up to {value:.0}"),
                "use a smaller `scale` or larger unit of coordinates, or a higher speed",
            );
            return false;
        }
    }
    true
}

/// No distance between two places is longer than this.
pub(super) fn longest_distance(direct: &DirectTravel) -> f64 {
    let params = direct.params();
    let span = |axis: fn(&Point) -> f64| {
        let (low, high) = direct
            .points()
            .iter()
            .map(axis)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        (high - low).max(0.0)
    };
    let (width, height) = (span(|point| point.x), span(|point| point.y));
    let straight = match params.metric {
        // Along a parallel and a meridian: never shorter than the arc, as a parallel is longest at the equator.
        spatial::Metric::Haversine => ((width + height) * LONGEST_ARC / 180.0).min(LONGEST_ARC),
        spatial::Metric::Euclidean => width.hypot(height),
        spatial::Metric::Manhattan => width + height,
    };
    straight * params.circuity * params.scale + 1.0
}

fn matrix(travel: &scenario::Travel, n_locations: usize, defects: &mut Defects) -> Option<Travel> {
    let Some(distances) = &travel.distances else {
        defects.add(
            "/travel",
            "missing_matrix",
            "the metric `matrix` needs `distances`, found none".to_owned(),
            "give a row and a column for each location, in their order",
        );
        return None;
    };
    let distance = cells(distances, n_locations, "distances", defects);
    let duration = travel.durations.as_ref().map(|durations| cells(durations, n_locations, "durations", defects));
    match (distance, duration) {
        (Some(distance), None) => Some(Travel::Matrix(TravelMatrix::new(n_locations, distance, None))),
        (Some(distance), Some(Some(duration))) => {
            Some(Travel::Matrix(TravelMatrix::new(n_locations, distance, Some(duration))))
        }
        (None, _) | (Some(_), Some(None)) => None,
    }
}

fn cells(rows: &[Vec<f64>], n_locations: usize, field: &str, defects: &mut Defects) -> Option<Vec<u32>> {
    let before = defects.count();
    if rows.len() != n_locations {
        defects.add(
            format!("/travel/{field}"),
            "matrix_size",
            format!("needs a row for each of the {n_locations} locations, found {}", rows.len()),
            "rows and columns follow the order of `locations`",
        );
    }
    let mut cells = Vec::with_capacity(n_locations * n_locations.min(rows.len()));
    for (from, row) in rows.iter().enumerate() {
        if row.len() != n_locations {
            defects.add(
                format!("/travel/{field}/{from}"),
                "matrix_size",
                format!("needs an entry for each of the {n_locations} locations, found {}", row.len()),
                "rows and columns follow the order of `locations`",
            );
        }
        for (to, &entry) in row.iter().enumerate() {
            let pointer = || format!("/travel/{field}/{from}/{to}");
            if !entry.is_finite() {
                defects.add(pointer(), "not_finite", format!("must be a finite number, found {entry}"), "");
            } else if entry < 0.0 {
                defects.add(pointer(), "negative", format!("must not be negative, found {entry}"), "");
            } else if entry > LARGEST_ENTRY {
                let hint = "where there is no way, write a large number such as 1e8";
                defects.add(pointer(), "too_large", format!("must be at most 4e9, found {entry}"), hint);
            }
            cells.push((entry + 0.5).floor() as u32);
        }
    }
    (defects.count() == before).then_some(cells)
}
