//! Methods alone and `bench`, as a user meets them.

use hubroute::model::{Problem, check, parse_scenario, validate};
use hubroute::planning::{Options, PlanError, methods, plan};
use hubroute::search::{Method, Silent};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::AtomicBool;

fn dataset(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets").join(name)
}

fn problem(name: &str) -> Problem {
    let text = std::fs::read_to_string(dataset(name)).unwrap();
    validate(parse_scenario(&text).unwrap()).unwrap()
}

fn options(method: Method, cancel: &AtomicBool) -> Options<'_> {
    Options { method, ..Options::of_iterations(2_000, cancel) }
}

fn bench(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hubroute")).arg("bench").args(args).output().unwrap()
}

#[test]
fn every_method_solves_the_problems_of_its_kind() {
    let cancel = AtomicBool::new(false);
    let names =
        ["tiny-routing", "tiny-shipment", "tiny-siting", "tiny-p-median", "tiny-single-source", "tiny-two-products"];
    for name in names {
        let problem = problem(&format!("tiny/{name}.json"));
        for &method in methods(problem.scenario.kind) {
            let plan = plan(&problem, &options(method, &cancel), &Silent)
                .unwrap_or_else(|error| panic!("{name} by {}: {error}", method.name()));
            assert!(check(&problem, &plan).is_empty(), "{name} by {}", method.name());
            let mandatory = problem.scenario.orders.iter().filter(|order| order.prize.is_none());
            for order in mandatory {
                assert!(plan.unserved.iter().all(|left_out| left_out.id != order.id), "{name} by {}", method.name());
            }
            if method == Method::Default {
                assert_eq!(plan.unserved.len(), plan.summary.unserved as usize);
            }
        }
    }
}

#[test]
fn methods_keep_to_their_kind() {
    let cancel = AtomicBool::new(false);
    for (name, method) in [("tiny/tiny-routing.json", Method::GreedyAdd), ("tiny/tiny-siting.json", Method::Sweep)] {
        let problem = problem(name);
        let refused = plan(&problem, &options(method, &cancel), &Silent);
        assert!(matches!(refused, Err(PlanError::Method { .. })), "{refused:?}");
        let file = dataset(name).to_string_lossy().into_owned();
        for args in [
            ["solve", &file, "--method", method.name()],
            ["bench", &file, "--methods", method.name()],
            ["solve", &file, "--method", "magic"],
        ] {
            let output = Command::new(env!("CARGO_BIN_EXE_hubroute")).args(args).output().unwrap();
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{args:?}: {told}");
            assert!(told.contains("default"), "{args:?} does not list the methods: {told}");
        }
    }
}

#[test]
fn sweep_does_without_coordinates() {
    // Four customers on a cross about the depot, 10 away from it; two to a vehicle. Each half turn costs 10 + 14 + 10.
    let near = |a: usize, b: usize| match (a, b) {
        _ if a == b => 0,
        (0, _) | (_, 0) => 10,
        _ if a.abs_diff(b) == 2 => 20,
        _ => 14,
    };
    let distances: Vec<Vec<i32>> = (0..5).map(|a| (0..5).map(|b| near(a, b)).collect()).collect();
    let places: Vec<serde_json::Value> = (0..5).map(|i| serde_json::json!({"id": format!("p{i}")})).collect();
    let orders: Vec<serde_json::Value> = (1..5)
        .map(|i| serde_json::json!({"id": format!("o{i}"), "location": format!("p{i}"), "delivery": 1}))
        .collect();
    let scenario = serde_json::json!({
        "kind": "routing", "version": 1, "locations": places, "orders": orders,
        "travel": {"metric": "matrix", "distances": distances},
        "vehicles": [{"id": "van", "count": 4, "capacity": 2, "start": "p0", "costs": {"per_meter": 1}}]
    });
    let problem = validate(parse_scenario(&scenario.to_string()).unwrap()).unwrap();
    let plan = plan(&problem, &options(Method::Sweep, &AtomicBool::new(false)), &Silent).unwrap();
    assert_eq!((plan.routes.len(), plan.summary.total), (2, 68.0));
}

#[test]
fn bench_writes_its_table_csv_and_profile() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let instances = folder.path().join("family");
    std::fs::create_dir(&instances).unwrap();
    let tiny = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tiny.vrp");
    for name in ["known.vrp", "unknown.vrp"] {
        std::fs::copy(&tiny, instances.join(name)).unwrap();
    }
    std::fs::write(instances.join("bks.csv"), "instance,cost\nknown,1\n").unwrap();
    let (csv, profile) = (at("runs.csv"), at("profile.html"));
    let output = bench(&[
        &instances.to_string_lossy(),
        "--methods",
        "default,savings,sweep",
        "--time",
        "200ms",
        "--seeds",
        "2",
        "--target",
        "5%",
        "--csv",
        &csv,
        "--profile",
        &profile,
    ]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("s to 5 %") && told.contains("best of this bench"), "{told}");

    let rows: Vec<String> = std::fs::read_to_string(csv).unwrap().lines().map(str::to_owned).collect();
    let columns = "family,instance,method,size,seed,seconds,total,best_known,reference,gap,seconds_to_target,lower_bound,\
                   proven,unserved";
    assert_eq!((rows.len(), rows[0].as_str()), (1 + 2 * 3 * 2, columns));
    let of_unknown = rows.iter().find(|row| row.contains("unknown.vrp,default")).unwrap();
    let cells: Vec<&str> = of_unknown.split(',').collect();
    assert_eq!((cells[7], cells[9]), ("", "0.000000"), "{of_unknown}");

    let page = std::fs::read_to_string(profile).unwrap();
    let library = page.find("<script type=\"text/javascript\">").unwrap();
    let end = library + page[library..].find("</script>").unwrap();
    let own = format!("{}{}", &page[..library], &page[end..]);
    assert!(page.contains("default-src 'none'"), "the page may load something");
    assert!(!own.contains("http:") && !own.contains("https:") && !own.contains("src="), "the page loads something");
    for method in ["default", "savings", "sweep"] {
        assert!(own.contains(&format!("\"name\":\"{method}\"")), "{method} has no curve");
    }
}
