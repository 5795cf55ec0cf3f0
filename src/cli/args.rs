//! What can be asked on the command line.

use crate::io::report::Language;
use crate::model::scenario::Objective;
use crate::planning::site_range;
use crate::search::Method;
use crate::service::jobs::tokens::Scope;
use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::str::FromStr;

/// Warehouse siting and delivery routing: checked plans, proven gaps.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Find the best plan for a scenario.
    Solve(SolveArgs),
    /// Validate a scenario; with a plan, recompute every time, load and cost, and list what it breaks.
    Check(CheckArgs),
    /// Tell where a new order fits into a plan, cheapest places first; where none is, what is in the way.
    Insert(InsertArgs),
    /// Put plans side by side: cost by term, kilometers, hours, vehicles, sites opened and closed.
    Compare(CompareArgs),
    /// Turn VROOM JSON, published formats or a CSV folder into a scenario, or a scenario into a CSV folder.
    Convert(ConvertArgs),
    /// Make a synthetic scenario by a published recipe.
    Generate(GenerateArgs),
    /// Print the JSON Schema of a document.
    Schema(SchemaArgs),
    /// Measure methods on published instances against the best known values.
    Bench(BenchArgs),
    /// Serve the planner's page and the HTTP interface, and solve what comes.
    Serve(ServeArgs),
    /// Solve the jobs of a PostgreSQL store that several processes share.
    Worker(WorkerArgs),
    /// Make, list and take back the tokens of a service.
    Token(TokenArgs),
}

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// Where to listen. Beyond this machine only when there is a token.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(super) listen: std::net::SocketAddr,
    /// Where jobs are kept: sqlite:FILE or postgres://USER@HOST/DATABASE.
    #[arg(long, default_value = "sqlite:hubroute.db", env = "HUBROUTE_STORE", hide_env_values = true)]
    pub(super) store: String,
    #[command(flatten)]
    pub(super) solver: SolverArgs,
}

#[derive(Debug, Args)]
pub(super) struct WorkerArgs {
    /// Where jobs are kept: postgres://USER@HOST/DATABASE.
    #[arg(long, env = "HUBROUTE_STORE", hide_env_values = true)]
    pub(super) store: String,
    #[command(flatten)]
    pub(super) solver: SolverArgs,
}

#[derive(Debug, Args)]
pub(super) struct SolverArgs {
    /// Jobs solved at once; 0 leaves it to workers elsewhere [default: one for each core, at most 4].
    #[arg(long)]
    pub(super) solvers: Option<usize>,
    /// Threads of each [default: the cores shared among them].
    #[arg(long)]
    pub(super) threads: Option<usize>,
    /// Change a limit; `/v1/limits` lists them.
    #[arg(long = "limit", value_name = "NAME=NUMBER")]
    pub(super) limits: Vec<String>,
    /// Write the log as JSON.
    #[arg(long)]
    pub(super) log_json: bool,
}

#[derive(Debug, Args)]
pub(super) struct TokenArgs {
    /// Where jobs are kept.
    #[arg(long, default_value = "sqlite:hubroute.db", env = "HUBROUTE_STORE", hide_env_values = true, global = true)]
    pub(super) store: String,
    #[command(subcommand)]
    pub(super) action: TokenAction,
}

#[derive(Debug, Subcommand)]
pub(super) enum TokenAction {
    /// Make a token and show it, this once.
    Add {
        /// Whose jobs it sees.
        #[arg(long, default_value = "default")]
        tenant: String,
        /// What it may do: read, submit or admin.
        #[arg(long, default_value = "submit")]
        scope: Scope,
        /// After how many days it ends [default: never].
        #[arg(long)]
        days: Option<f64>,
    },
    /// List tokens, without their secrets.
    List,
    /// Take a token back.
    Revoke {
        /// Its id: the part between the two underscores.
        id: String,
    },
    /// Give a tenant another share of the solvers, for jobs from now on: one of weight 2 gets twice what one of weight 1
    /// gets while both have jobs waiting.
    Weight {
        /// Whose jobs they are.
        tenant: String,
        /// Above zero; every tenant begins with 1.
        weight: f64,
    },
}

#[derive(Debug, Args)]
pub(super) struct SolveArgs {
    /// Scenario JSON, VROOM JSON, a published format (.vrp, .txt; also .gz), a CSV folder, or `-` for standard input.
    /// Without it the embedded example is solved: a distribution network for Shanxi province.
    pub(super) scenario: Option<PathBuf>,
    /// Where the plan goes: .json, .sol, or .vroom.json for an answer in VROOM's form; `-` is standard output.
    #[arg(short = 'o', long = "output", value_name = "PLAN")]
    pub(super) output: Option<PathBuf>,
    /// Time limit for the whole command without the reports: 10s, 500ms, 2m, or seconds. Default: the scenario's, else
    /// 60s for siting and 10s for routing.
    #[arg(long, value_parser = parse_seconds)]
    pub(super) time: Option<f64>,
    /// Stop at this gap: 0.1% or 0.001. Default: the scenario's, else 0; the embedded example stops at 0.1%.
    #[arg(long, value_parser = parse_gap)]
    pub(super) gap: Option<f64>,
    /// Stop after this many iterations; without --time the plan is then the same on every machine and any threads.
    #[arg(long)]
    pub(super) iterations: Option<u64>,
    /// Seed of the random numbers [default: 1].
    #[arg(long)]
    pub(super) seed: Option<u64>,
    /// Threads [default: all cores].
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(super) threads: Option<u32>,
    /// How to solve: everything there is, or one method alone. `bench` compares them.
    #[arg(long, value_enum, value_name = "NAME", default_value_t = Method::Default)]
    pub(super) method: Method,
    /// Also write a report that opens offline in a browser.
    #[arg(long, value_name = "HTML")]
    pub(super) report: Option<PathBuf>,
    /// Language of the report: en or zh.
    #[arg(long, value_name = "TAG", default_value = "en")]
    pub(super) language: Language,
    /// Also write the plan as GeoJSON.
    #[arg(long, value_name = "FILE")]
    pub(super) geojson: Option<PathBuf>,
    /// Also write the plan's tables as CSV files into this folder.
    #[arg(long, value_name = "DIR")]
    pub(super) csv: Option<PathBuf>,
    /// Start from the routes or open sites of this plan.
    #[arg(long, value_name = "PLAN")]
    pub(super) warm_start: Option<PathBuf>,
    #[command(flatten)]
    pub(super) question: QuestionArgs,
    /// Put the prices that prove the lower bound into the plan, for `check` to recompute it (siting).
    #[arg(long)]
    pub(super) certificate: bool,
    /// Also tell what turning each site's decision would cost, opened or closed against the plan (siting): at
    /// least, and found by solving again as far as the time goes.
    #[arg(long)]
    pub(super) prices: bool,
    /// Also tell the best K plans found with other sites (siting).
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(super) alternatives: Option<u32>,
    /// Also tell the least total by the number of open sites, such as 3..12 (siting).
    #[arg(long, value_name = "FROM..TO", value_parser = site_range)]
    pub(super) sweep_sites: Option<[u32; 2]>,
    /// Also tell what each order costs: its share of its route, by what it saves when it is taken out and what it would cost
    /// alone (routing).
    #[arg(long)]
    pub(super) cost_shares: bool,
    /// Print nothing but errors.
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// What a siting scenario is asked instead of its own question.
#[derive(Debug, Default, Args)]
pub(super) struct QuestionArgs {
    /// Minimize something else than the scenario says (siting). `set_cover` then opens as many sites as it takes.
    #[arg(long, value_enum, value_name = "NAME")]
    pub(super) objective: Option<Objective>,
    /// Open at most so many sites (siting); with `p_median` exactly as many.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) sites_max: Option<u32>,
    /// Count demands as covered within this radius, in distance units (siting).
    #[arg(long, value_name = "METERS")]
    pub(super) radius: Option<f64>,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// As for `solve`.
    pub(super) scenario: PathBuf,
    /// Plan JSON, or a CVRPLIB .sol.
    pub(super) plan: Option<PathBuf>,
    #[command(flatten)]
    pub(super) question: QuestionArgs,
}

#[derive(Debug, Args)]
pub(super) struct InsertArgs {
    /// The scenario that the plan answers; as for `solve`.
    pub(super) scenario: PathBuf,
    /// Plan JSON.
    pub(super) plan: PathBuf,
    /// JSON with an `order` or a `shipment`, and `locations` that the scenario does not know; `-` is standard input.
    pub(super) order: PathBuf,
    /// How many places.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(super) top: u32,
    /// Where the advice goes as JSON; `-` is standard output.
    #[arg(short = 'o', long = "output", value_name = "ADVICE")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// Plan JSON files; the first is the base.
    #[arg(required = true, num_args = 2..)]
    pub(super) plans: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ConvertArgs {
    /// As for `solve`.
    pub(super) input: PathBuf,
    /// Scenario JSON, or a folder for CSV files.
    pub(super) output: PathBuf,
    #[command(flatten)]
    pub(super) question: QuestionArgs,
}

#[derive(Debug, Args)]
pub(super) struct GenerateArgs {
    /// What kind of scenario.
    pub(super) kind: GenerateKind,
    /// Customers: demands or orders.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(super) customers: u32,
    /// Candidate sites (siting, network) [default: a fifth (network: a tenth) of the customers, at least 5].
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(super) sites: Option<u32>,
    /// With time windows (routing).
    #[arg(long)]
    pub(super) windows: bool,
    /// Seed of the random numbers.
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
    /// Where the scenario goes; standard output without it.
    #[arg(short = 'o', long = "output")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum GenerateKind {
    /// Capacitated sites after Cornuéjols, Sridharan & Thizy (1991).
    Siting,
    /// Capacitated vehicles after Uchoa et al. (2017).
    Routing,
    /// Deliveries from sites to be chosen, after Prins et al. (2006).
    Network,
    /// A dispatcher's day: two depots, a mixed fleet that reloads, orders and shipments with all they can ask for, carriers.
    Day,
}

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Which document.
    pub(super) document: Document,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Document {
    /// What `solve` takes.
    Scenario,
    /// What `solve` gives.
    Plan,
    /// What `insert` takes.
    NewOrder,
    /// What `insert` gives.
    Advice,
}

#[derive(Debug, Args)]
pub(super) struct BenchArgs {
    /// Instances, or folders of them; best known values are read from the `bks.csv` beside them.
    #[arg(required = true)]
    pub(super) instances: Vec<PathBuf>,
    /// Methods to compare. Where instances of both kinds are given, each method solves those of its kind.
    #[arg(long, value_enum, value_name = "NAMES", value_delimiter = ',', default_value = "default")]
    pub(super) methods: Vec<Method>,
    /// Time limit of each run.
    #[arg(long, default_value = "10s", value_parser = parse_seconds)]
    pub(super) time: f64,
    /// Number of seeds, from 1 on.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(super) seeds: u32,
    /// Threads of each run.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(super) threads: u32,
    /// Gap to the best known value that counts as the target of the time to target.
    #[arg(long, default_value = "1%", value_parser = parse_gap)]
    pub(super) target: f64,
    /// Also write every run as a row of this CSV file.
    #[arg(long, value_name = "FILE")]
    pub(super) csv: Option<PathBuf>,
    /// Also write the anytime profile, the mean gap over time by method, as a page that opens offline in a browser.
    #[arg(long, value_name = "HTML")]
    pub(super) profile: Option<PathBuf>,
}

impl ValueEnum for Objective {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::MinCost, Self::PMedian, Self::SetCover, Self::MaxCover, Self::PCenter]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (name, help) = match self {
            Self::MinCost => ("min_cost", "All costs together"),
            Self::PMedian => ("p_median", "Transport alone, with exactly `sites_max` sites"),
            Self::SetCover => ("set_cover", "The fewest sites that cover every demand"),
            Self::MaxCover => ("max_cover", "The most demand covered by at most `sites_max` sites"),
            Self::PCenter => {
                ("p_center", "The least distance within which at most `sites_max` sites serve every demand")
            }
            Self::MinVehicles => return None,
        };
        Some(PossibleValue::new(name).help(help))
    }
}

impl ValueEnum for Method {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(self.about().trim_end_matches('.')))
    }
}

/// `60s`, `500ms`, `1m 30s`, or a bare number of seconds.
fn parse_seconds(text: &str) -> Result<f64, String> {
    let seconds = match text.parse::<f64>() {
        Ok(seconds) => seconds,
        Err(_) => jiff::SignedDuration::from_str(text)
            .map_err(|_| format!("`{text}` is no length of time: write 10s, 500ms, 2m or seconds"))?
            .as_secs_f64(),
    };
    if seconds > 0.0 && seconds <= 86_400.0 {
        Ok(seconds)
    } else {
        Err(format!("{seconds} s: must be above 0 and at most 86400 (a day)"))
    }
}

/// `0.1%` or `0.001`.
fn parse_gap(text: &str) -> Result<f64, String> {
    let (digits, unit) = match text.strip_suffix('%') {
        Some(digits) => (digits, 100.0),
        None => (text, 1.0),
    };
    let gap = digits.trim().parse::<f64>().map_err(|_| format!("`{text}` is no gap: write 0.1% or 0.001"))? / unit;
    if (0.0..1.0).contains(&gap) { Ok(gap) } else { Err(format!("{gap}: must be from 0 to below 1 (100%)")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn times_and_gaps() {
        assert_eq!(parse_seconds("1m 30s"), Ok(90.0));
        assert_eq!(parse_seconds("0.5"), Ok(0.5));
        assert_eq!(parse_seconds("500ms"), Ok(0.5));
        assert_eq!(parse_gap("0.1%"), Ok(0.001));
        assert_eq!(site_range("3..12"), Ok([3, 12]));
        for text in ["", "3", "0..4", "5..4", "1..5000", "a..b"] {
            assert!(site_range(text).is_err(), "{text} was read as a range");
        }
        for text in ["", "-1s", "nan", "inf", "0", "soon"] {
            assert!(parse_seconds(text).is_err(), "{text} was read as a time");
        }
        for text in ["", "-1%", "100%", "nan", "small"] {
            assert!(parse_gap(text).is_err(), "{text} was read as a gap");
        }
    }
}
