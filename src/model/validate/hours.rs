//! Breaks, rests and overtime of vehicles, and lateness.

use super::numbers::{cost, longest_duration};
use super::times::{Clock, whole_seconds};
use crate::hours::{Break, Duty, Lateness, MOST_BREAKS, Overtime, Rests};
use crate::model::defect::Defects;
use crate::model::scenario::{self, Vehicle};
use crate::units::{Cost, Duration, Time, TimeWindow};

/// Least time at the wheel between two rests, in seconds.
const LEAST_DRIVING: i64 = 900;

/// What the day of a vehicle's driver asks for.
pub(super) fn duty(row: usize, vehicle: &Vehicle, clock: &mut Clock, defects: &mut Defects) -> Duty {
    let pointer = |field: &str| format!("/vehicles/{row}/{field}");
    let overtime = vehicle.costs.as_ref().and_then(|costs| costs.overtime.as_ref()).map(|overtime| Overtime {
        after: whole_seconds(Some(overtime.after), || pointer("costs/overtime/after"), defects),
        per_second: cost(Some(overtime.per_second), || pointer("costs/overtime/per_second"), defects),
    });
    let rests = vehicle.rests.as_ref().map(|rests| Rests {
        after: whole_seconds(Some(rests.after), || pointer("rests/after"), defects),
        length: length(rests.duration, || pointer("rests/duration"), defects),
    });
    if let (Some(rule), Some(given)) = (rests, &vehicle.rests)
        && rule.after < Duration::new(LEAST_DRIVING)
    {
        let detail = format!(
            "a rest can be due after {LEAST_DRIVING} seconds of driving at the earliest, found {}",
            given.after
        );
        defects.add(pointer("rests/after"), "rests_too_often", detail, "16200 are four hours and a half");
    }
    Duty {
        breaks: breaks(row, vehicle, clock, defects),
        rests,
        max_driving: longest_duration(vehicle.max_driving, || pointer("max_driving"), defects),
        overtime,
        leveling: None,
    }
}

/// The breaks, of which each must be possible after the one before.
fn breaks(row: usize, vehicle: &Vehicle, clock: &mut Clock, defects: &mut Defects) -> Vec<Break> {
    let pointer = |number: usize, field: &str| format!("/vehicles/{row}/breaks/{number}/{field}");
    if vehicle.breaks.len() > MOST_BREAKS {
        let detail = format!("at most {MOST_BREAKS} breaks are possible, found {}", vehicle.breaks.len());
        defects.add(format!("/vehicles/{row}/breaks"), "too_many_breaks", detail, "`rests` may say it better");
    }
    let mut breaks: Vec<Break> = Vec::with_capacity(vehicle.breaks.len());
    for (number, given) in vehicle.breaks.iter().enumerate() {
        let field = if given.windows.is_empty() { "window" } else { "windows" };
        let windows = match (given.window, given.windows.as_slice()) {
            (Some(window), []) => vec![clock.window(&window, || pointer(number, field), defects)],
            (None, []) => {
                let detail = "a break needs a `window`, or `windows`, to begin in".to_owned();
                defects.add(
                    pointer(number, field),
                    "missing_window",
                    detail,
                    "the shift will do where it does not matter",
                );
                continue;
            }
            (given, windows) => {
                if given.is_some() {
                    let detail = "`window` has no meaning together with `windows`".to_owned();
                    defects.add(pointer(number, "window"), "conflicting_fields", detail, "keep one of them");
                }
                clock.windows(windows, || pointer(number, field), defects)
            }
        };
        let length = length(given.duration, || pointer(number, "duration"), defects);
        let pause = Break { windows, length };
        if let Some(before) = breaks.last() {
            let late = pause.opens() < before.opens() || pause.closes() < before.closes();
            if late || pause.closes() < before.opens() + before.length {
                let detail = "begins before the break that stands before it, or cannot follow it".to_owned();
                let hint = "list breaks in their order, each with a window that allows the one before";
                defects.add(pointer(number, field), "breaks_out_of_order", detail, hint);
            }
        }
        breaks.push(pause);
    }
    let shift = vehicle.shift.map(|shift| shift[1].seconds().saturating_sub(shift[0].seconds()));
    let total: i64 = breaks.iter().map(|pause| pause.length.get()).sum();
    if shift.is_some_and(|shift| total > shift.max(0)) {
        let detail = format!("breaks of {total} seconds do not fit the shift");
        defects.add(
            format!("/vehicles/{row}/breaks"),
            "breaks_exceed_shift",
            detail,
            "shorten them, or the shift is wrong",
        );
    }
    breaks
}

/// The length of a pause, in whole seconds.
fn length(value: f64, pointer: impl Fn() -> String, defects: &mut Defects) -> Duration {
    let before = defects.count();
    let length = whole_seconds(Some(value), &pointer, defects);
    if length == Duration::ZERO && defects.count() == before {
        defects.add(pointer(), "not_positive", "must be above 0 seconds, found 0".to_owned(), "remove it");
    }
    length
}

/// Checks that there is something to be late for.
pub(super) fn lateness_has_window(
    given: Option<&scenario::Lateness>,
    has_window: bool,
    pointer: impl Fn() -> String,
    defects: &mut Defects,
) {
    if given.is_some() && !has_window {
        let detail = "nothing can be late without a window".to_owned();
        defects.add(pointer(), "lateness_without_windows", detail, "add a window, or remove it");
    }
}

/// Windows at one place, in their order, each with what a late start costs: it may come until the next window opens.
pub(super) fn windows_with_lateness(
    given: Option<&scenario::Lateness>,
    windows: &[TimeWindow],
    pointer: impl Fn() -> String,
    defects: &mut Defects,
) -> Vec<(TimeWindow, Option<Lateness>)> {
    let Some(given) = given else {
        return windows.iter().map(|&window| (window, None)).collect();
    };
    let per_second = cost(Some(given.per_second), || format!("{}/per_second", pointer()), defects);
    let most = longest_duration(given.max, || format!("{}/max", pointer()), defects);
    let next = windows.iter().skip(1).map(|next| next.opens + Duration::new(-1)).chain([Time::HUGE]);
    let late = |(window, next): (&TimeWindow, Time)| {
        let last = if most == Duration::HUGE { Time::HUGE } else { window.closes + most };
        let closes = last.min(next).max(window.closes);
        let lateness = Lateness { due: window.closes, per_second };
        let costs = per_second > Cost::ZERO && closes > window.closes;
        (TimeWindow { closes, ..*window }, costs.then_some(lateness))
    };
    windows.iter().zip(next).map(late).collect()
}
