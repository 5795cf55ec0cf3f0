//! Which file and column holds which field of the scenario.

/// What may stand in the cells of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// Any text.
    Text,
    /// A decimal number.
    Number,
    /// A whole number that is not negative.
    Whole,
    /// `true` or `false`.
    Flag,
    /// Seconds, `HH:MM` or RFC 3339.
    Moment,
    /// A number; a column `name:dimension` for each dimension.
    Quantities,
    /// Ids, separated by semicolons.
    Ids,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Any JSON.
    Json,
}

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    /// Fields down from the row's object; a number is a position in an array.
    pub(super) path: &'static [&'static str],
    pub(super) cell: Cell,
    pub(super) required: bool,
}

/// One file, for one list of the scenario.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    pub(super) file: &'static str,
    pub(super) list: &'static str,
    pub(super) columns: &'static [Column],
}

const fn need(name: &'static str, path: &'static [&'static str], cell: Cell) -> Column {
    Column { name, path, cell, required: true }
}

const fn may(name: &'static str, path: &'static [&'static str], cell: Cell) -> Column {
    Column { name, path, cell, required: false }
}

/// Other names of columns.
pub(super) const ALIASES: &[(&str, &str)] = &[("x", "lon"), ("y", "lat"), ("longitude", "lon"), ("latitude", "lat")];

/// Name of the file with everything that stands in no list.
pub(super) const SETTINGS_FILE: &str = "settings.csv";

const OBJECTIVES: &[&str] = &["min_cost", "p_median", "set_cover", "max_cover", "p_center", "min_vehicles"];

/// Keys of [`SETTINGS_FILE`].
pub(super) const SETTINGS: &[Column] = &[
    may("kind", &["kind"], Cell::Choice(&["siting", "routing", "network"])),
    may("version", &["version"], Cell::Whole),
    may("name", &["name"], Cell::Text),
    may("convention", &["convention"], Cell::Text),
    may("currency", &["currency"], Cell::Text),
    may("metric", &["travel", "metric"], Cell::Choice(&["haversine", "euclidean", "manhattan", "matrix"])),
    may("circuity", &["travel", "circuity"], Cell::Number),
    may("speed_kmh", &["travel", "speed_kmh"], Cell::Number),
    may("scale", &["travel", "scale"], Cell::Number),
    may("rounding", &["travel", "rounding"], Cell::Choice(&["nearest", "floor", "ceil"])),
    may("speeds", &["travel", "speeds"], Cell::Json),
    may("objective", &["objective"], Cell::Choice(OBJECTIVES)),
    may("coverage_measure", &["coverage", "measure"], Cell::Choice(&["distance", "duration"])),
    may("coverage_radius", &["coverage", "radius"], Cell::Number),
    may("sites_min", &["sites_min"], Cell::Whole),
    may("sites_max", &["sites_max"], Cell::Whole),
    may("budget", &["budget"], Cell::Number),
    may("days", &["days"], Cell::Whole),
    may("inbound_per_unit", &["lanes", "inbound", "per_unit"], Cell::Number),
    may("inbound_per_unit_km", &["lanes", "inbound", "per_unit_km"], Cell::Number),
    may("outbound_per_unit", &["lanes", "outbound", "per_unit"], Cell::Number),
    may("outbound_per_unit_km", &["lanes", "outbound", "per_unit_km"], Cell::Number),
    may("direct_per_unit", &["lanes", "direct", "per_unit"], Cell::Number),
    may("direct_per_unit_km", &["lanes", "direct", "per_unit_km"], Cell::Number),
    may("incompatible", &["incompatible"], Cell::Json),
    may("balance_measure", &["balance", "measure"], Cell::Choice(&["duration", "distance", "stops"])),
    may("balance_per_unit", &["balance", "per_unit"], Cell::Number),
    may("balance_target", &["balance", "target"], Cell::Number),
    may("time", &["limits", "time"], Cell::Number),
    may("gap", &["limits", "gap"], Cell::Number),
    may("iterations", &["limits", "iterations"], Cell::Whole),
    may("seed", &["limits", "seed"], Cell::Whole),
    may("threads", &["limits", "threads"], Cell::Whole),
    may("custom", &["custom"], Cell::Json),
];

/// The levels of sites, each beside the id of its site.
pub(super) const LEVELS: &Table = &Table {
    file: "site_levels.csv",
    list: "levels",
    columns: &[
        need("site", &["site"], Cell::Text),
        need("id", &["id"], Cell::Text),
        may("capacity", &["capacity"], Cell::Number),
        may("product_capacity", &["product_capacity"], Cell::Quantities),
        may("opening_cost", &["opening_cost"], Cell::Number),
        may("operating_cost", &["operating_cost"], Cell::Number),
        may("handling_cost", &["handling_cost"], Cell::Number),
    ],
};

/// Every list of a scenario.
pub(super) const TABLES: &[Table] = &[
    Table {
        file: "locations.csv",
        list: "locations",
        columns: &[
            need("id", &["id"], Cell::Text),
            may("lon", &["at", "0"], Cell::Number),
            may("lat", &["at", "1"], Cell::Number),
            may("name", &["name"], Cell::Text),
            may("zone", &["zone"], Cell::Text),
        ],
    },
    Table {
        file: "products.csv",
        list: "products",
        columns: &[need("id", &["id"], Cell::Text), may("weight", &["weight"], Cell::Number)],
    },
    Table {
        file: "supplies.csv",
        list: "supplies",
        columns: &[
            need("id", &["id"], Cell::Text),
            need("location", &["location"], Cell::Text),
            may("capacity", &["capacity"], Cell::Quantities),
            may("unit_cost", &["unit_cost"], Cell::Quantities),
            may("opening_cost", &["opening_cost"], Cell::Number),
        ],
    },
    Table {
        file: "sites.csv",
        list: "sites",
        columns: &[
            need("id", &["id"], Cell::Text),
            need("location", &["location"], Cell::Text),
            may("status", &["status"], Cell::Choice(&["candidate", "existing", "required", "forbidden"])),
            may("opening_cost", &["opening_cost"], Cell::Number),
            may("operating_cost", &["operating_cost"], Cell::Number),
            may("closing_cost", &["closing_cost"], Cell::Number),
            may("capacity", &["capacity"], Cell::Number),
            may("product_capacity", &["product_capacity"], Cell::Quantities),
            may("handling_cost", &["handling_cost"], Cell::Number),
            may("min_throughput", &["min_throughput"], Cell::Number),
        ],
    },
    Table {
        file: "demands.csv",
        list: "demands",
        columns: &[
            need("id", &["id"], Cell::Text),
            need("location", &["location"], Cell::Text),
            need("quantity", &["quantity"], Cell::Quantities),
            may("stock", &["stock"], Cell::Quantities),
            may("outsourcing_cost", &["outsourcing_cost"], Cell::Number),
            may("single_source", &["single_source"], Cell::Flag),
            may("max_distance", &["max_distance"], Cell::Number),
            may("max_duration", &["max_duration"], Cell::Number),
            may("forbidden_sites", &["forbidden_sites"], Cell::Ids),
        ],
    },
    Table {
        file: "vehicles.csv",
        list: "vehicles",
        columns: &[
            need("id", &["id"], Cell::Text),
            may("count", &["count"], Cell::Whole),
            may("capacity", &["capacity"], Cell::Quantities),
            may("compartments", &["compartments"], Cell::Json),
            may("start", &["start"], Cell::Text),
            may("end", &["end"], Cell::Text),
            may("open_end", &["open_end"], Cell::Flag),
            may("shift_opens", &["shift", "0"], Cell::Moment),
            may("shift_closes", &["shift", "1"], Cell::Moment),
            may("fixed", &["costs", "fixed"], Cell::Number),
            may("per_meter", &["costs", "per_meter"], Cell::Number),
            may("per_second", &["costs", "per_second"], Cell::Number),
            may("overtime_after", &["costs", "overtime", "after"], Cell::Number),
            may("overtime_per_second", &["costs", "overtime", "per_second"], Cell::Number),
            may("max_distance", &["max_distance"], Cell::Number),
            may("max_duration", &["max_duration"], Cell::Number),
            may("max_driving", &["max_driving"], Cell::Number),
            may("breaks", &["breaks"], Cell::Json),
            may("rests_after", &["rests", "after"], Cell::Number),
            may("rests_duration", &["rests", "duration"], Cell::Number),
            may("max_stops", &["max_stops"], Cell::Whole),
            may("last_in_first_out", &["last_in_first_out"], Cell::Flag),
            may("reload_locations", &["reload", "locations"], Cell::Ids),
            may("reload_max", &["reload", "max"], Cell::Whole),
            may("reload_service", &["reload", "service"], Cell::Number),
            may("skills", &["skills"], Cell::Ids),
        ],
    },
    Table {
        file: "orders.csv",
        list: "orders",
        columns: &[
            need("id", &["id"], Cell::Text),
            need("location", &["location"], Cell::Text),
            may("delivery", &["delivery"], Cell::Quantities),
            may("release", &["release"], Cell::Moment),
            may("pickup", &["pickup"], Cell::Quantities),
            may("backhaul", &["backhaul"], Cell::Flag),
            may("window_opens", &["windows", "0", "0"], Cell::Moment),
            may("window_closes", &["windows", "0", "1"], Cell::Moment),
            may("window_2_opens", &["windows", "1", "0"], Cell::Moment),
            may("window_2_closes", &["windows", "1", "1"], Cell::Moment),
            may("window_3_opens", &["windows", "2", "0"], Cell::Moment),
            may("window_3_closes", &["windows", "2", "1"], Cell::Moment),
            may("window_4_opens", &["windows", "3", "0"], Cell::Moment),
            may("window_4_closes", &["windows", "3", "1"], Cell::Moment),
            may("window_5_opens", &["windows", "4", "0"], Cell::Moment),
            may("window_5_closes", &["windows", "4", "1"], Cell::Moment),
            may("window_6_opens", &["windows", "5", "0"], Cell::Moment),
            may("window_6_closes", &["windows", "5", "1"], Cell::Moment),
            may("window_7_opens", &["windows", "6", "0"], Cell::Moment),
            may("window_7_closes", &["windows", "6", "1"], Cell::Moment),
            may("window_8_opens", &["windows", "7", "0"], Cell::Moment),
            may("window_8_closes", &["windows", "7", "1"], Cell::Moment),
            may("setup", &["setup"], Cell::Number),
            may("service", &["service"], Cell::Number),
            may("lateness_per_second", &["lateness", "per_second"], Cell::Number),
            may("lateness_max", &["lateness", "max"], Cell::Number),
            may("split", &["split"], Cell::Choice(&["loads", "shares"])),
            may("alternatives", &["alternatives"], Cell::Json),
            may("prize", &["prize"], Cell::Number),
            may("priority", &["priority"], Cell::Whole),
            may("kinds", &["kinds"], Cell::Ids),
            may("skills", &["skills"], Cell::Ids),
            may("allowed_vehicles", &["allowed_vehicles"], Cell::Ids),
            may("forbidden_vehicles", &["forbidden_vehicles"], Cell::Ids),
        ],
    },
    Table {
        file: "shipments.csv",
        list: "shipments",
        columns: &[
            need("id", &["id"], Cell::Text),
            may("quantity", &["quantity"], Cell::Quantities),
            need("pickup_location", &["pickup", "location"], Cell::Text),
            may("pickup_window_opens", &["pickup", "windows", "0", "0"], Cell::Moment),
            may("pickup_window_closes", &["pickup", "windows", "0", "1"], Cell::Moment),
            may("pickup_setup", &["pickup", "setup"], Cell::Number),
            may("pickup_service", &["pickup", "service"], Cell::Number),
            may("pickup_lateness_per_second", &["pickup", "lateness", "per_second"], Cell::Number),
            may("pickup_lateness_max", &["pickup", "lateness", "max"], Cell::Number),
            need("delivery_location", &["delivery", "location"], Cell::Text),
            may("delivery_window_opens", &["delivery", "windows", "0", "0"], Cell::Moment),
            may("delivery_window_closes", &["delivery", "windows", "0", "1"], Cell::Moment),
            may("delivery_setup", &["delivery", "setup"], Cell::Number),
            may("delivery_service", &["delivery", "service"], Cell::Number),
            may("delivery_lateness_per_second", &["delivery", "lateness", "per_second"], Cell::Number),
            may("delivery_lateness_max", &["delivery", "lateness", "max"], Cell::Number),
            may("prize", &["prize"], Cell::Number),
            may("priority", &["priority"], Cell::Whole),
            may("kinds", &["kinds"], Cell::Ids),
            may("skills", &["skills"], Cell::Ids),
            may("allowed_vehicles", &["allowed_vehicles"], Cell::Ids),
            may("forbidden_vehicles", &["forbidden_vehicles"], Cell::Ids),
        ],
    },
    Table {
        file: "carriers.csv",
        list: "carriers",
        columns: &[
            need("id", &["id"], Cell::Text),
            may("from", &["from"], Cell::Text),
            may("dimension", &["dimension"], Cell::Text),
            need("bands", &["bands"], Cell::Json),
            may("min_charge", &["min_charge"], Cell::Number),
            may("charge_as_higher_band", &["charge_as_higher_band"], Cell::Flag),
            may("max_quantity", &["max_quantity"], Cell::Number),
            may("skills", &["skills"], Cell::Ids),
            may("allowed_orders", &["allowed_orders"], Cell::Ids),
            may("forbidden_orders", &["forbidden_orders"], Cell::Ids),
        ],
    },
    Table {
        file: "docks.csv",
        list: "docks",
        columns: &[
            need("location", &["location"], Cell::Text),
            may("doors", &["doors"], Cell::Whole),
            may("serves_orders", &["serves_orders"], Cell::Flag),
            may("opens", &["hours", "0"], Cell::Moment),
            may("closes", &["hours", "1"], Cell::Moment),
            may("service", &["service"], Cell::Number),
            may("per_unit", &["per_unit"], Cell::Quantities),
        ],
    },
    Table {
        file: "stocks.csv",
        list: "stocks",
        columns: &[need("location", &["location"], Cell::Text), need("quantity", &["quantity"], Cell::Quantities)],
    },
    Table {
        file: "groups.csv",
        list: "groups",
        columns: &[
            need("orders", &["orders"], Cell::Ids),
            need("rule", &["rule"], Cell::Choice(&["together", "in_sequence", "apart"])),
        ],
    },
    Table {
        file: "locks.csv",
        list: "locks",
        columns: &[
            need("order", &["order"], Cell::Text),
            may("activity", &["activity"], Cell::Choice(&["pickup", "delivery"])),
            may("vehicle", &["vehicle"], Cell::Text),
            may("change_cost", &["change_cost"], Cell::Number),
            may("position", &["position"], Cell::Whole),
            may("promised", &["promised"], Cell::Moment),
            may("tolerance", &["tolerance"], Cell::Number),
        ],
    },
];
