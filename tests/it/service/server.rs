//! A server for a test, and what is asked of it.

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use ureq::Agent;
use ureq::http::Response;

/// A running server; it ends with the value.
pub(super) struct Server {
    pub(super) url: String,
    pub(super) address: String,
    pub(super) child: Child,
    pub(super) folder: TempDir,
    pub(super) token: Option<String>,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: ureq::http::HeaderMap,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {}", self.text))
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Holds a refusal to its form.
    pub(super) fn refused(&self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, self.header("content-type")), (status, "application/problem+json"), "{}", self.text);
        let problem = self.json();
        assert_eq!((problem["code"].as_str(), problem["status"].as_u64()), (Some(code), Some(u64::from(status))));
        assert!(problem["request_id"].is_string(), "{problem}");
        problem
    }
}

impl Server {
    pub(super) fn start(options: &[&str]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), options)
    }

    /// A server on the store in `folder`.
    pub(super) fn start_in(folder: TempDir, options: &[&str]) -> Self {
        let store = store(folder.path());
        Self::start_on(folder, &store, options)
    }

    /// A server on a store, with its log in `folder`.
    pub(super) fn start_on(folder: TempDir, store: &str, options: &[&str]) -> Self {
        let mut child = Command::new(program_under_test())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(options)
            // The address may hold a password, so it need not be an argument.
            .env("HUBROUTE_STORE", store)
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http")).unwrap_or_else(|| {
            panic!("{line} {}", std::fs::read_to_string(folder.path().join("log")).unwrap_or_default())
        });
        let url = url.trim_end_matches('/').to_owned();
        let address = url.trim_start_matches("http://").to_owned();
        Self { url, address, child, folder, token: None }
    }

    /// Ends it as an operator does, and leaves the store.
    pub(super) fn stop(mut self) -> TempDir {
        send(self.child.id(), Signal::TERM);
        let until = Instant::now() + Duration::from_secs(30);
        while self.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < until, "the server does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
        std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap())
    }

    pub(super) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    pub(super) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Answer {
        let agent: Agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(90)))
            .build()
            .into();
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if body.is_some() && !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        let answer = match body {
            Some(body) => agent.run(request.body(body.to_owned()).unwrap()),
            None => agent.run(request.body(()).unwrap()),
        };
        let mut answer: Response<ureq::Body> = answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let text = answer.body_mut().with_config().limit(64 << 20).read_to_string().unwrap();
        Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), text }
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], None)
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, &[], Some(&body.to_string()))
    }

    /// Hands in a scenario; the id of its job.
    pub(super) fn submit(&self, scenario: &Value) -> String {
        let answer = self.post("/v1/jobs", scenario);
        assert_eq!(answer.status, 202, "{}", answer.text);
        let job = answer.json();
        assert_eq!(answer.header("location"), format!("/v1/jobs/{}", job["id"].as_str().unwrap()));
        job["id"].as_str().unwrap().to_owned()
    }

    pub(super) fn job(&self, id: &str) -> Value {
        let answer = self.get(&format!("/v1/jobs/{id}"));
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    /// The job once it fits, within a minute.
    pub(super) fn wait_for(&self, id: &str, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let job = self.job(id);
            if fits(&job) {
                return job;
            }
            assert!(Instant::now() < until, "never {what}: {job}\n{}", self.log());
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    pub(super) fn finished(&self, id: &str) -> Value {
        self.wait_for(id, "finished", |job| job["finished"].is_string())
    }

    /// Process ids of the solvers.
    pub(super) fn solvers(&self) -> Vec<u32> {
        children(self.child.id())
    }
}

/// What a job's best plan is worth, the least being best: mandatory orders left out come before cost.
pub(super) fn worth(job: &Value) -> (i64, f64) {
    (job["unserved"].as_i64().unwrap_or(0), job["cost"].as_f64().unwrap_or(f64::INFINITY))
}

/// Whether no event of a job tells of a plan that is worth less than the one before.
pub(super) fn never_gets_worse(events: &str) -> bool {
    let jobs = events.lines().filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("data: ")?).ok());
    let worths: Vec<(i64, f64)> = jobs.filter(|job| job["cost"].is_number()).map(|job| worth(&job)).collect();
    worths
        .windows(2)
        .all(|pair| pair[1].0 < pair[0].0 || pair[1].0 == pair[0].0 && pair[1].1 <= pair[0].1 * (1.0 + 1e-9))
}

/// Process ids of a process's children.
pub(super) fn children(parent: u32) -> Vec<u32> {
    let parent = parent.to_string();
    let entries = std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let processes = entries.filter_map(|name| name.parse::<u32>().ok());
    // After the name in parentheses come state and parent.
    let is_child = |id: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)) == Some(parent.as_str())
    };
    processes.filter(is_child).collect()
}

/// The binary; load is measured with a release build.
pub(super) fn program_under_test() -> String {
    std::env::var("HUBROUTE_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_hubroute").to_owned())
}

/// Sends a signal to a process that the test started.
pub(super) fn send(process: u32, signal: Signal) {
    let process = Pid::from_raw(i32::try_from(process).unwrap()).unwrap();
    kill_process(process, signal).unwrap();
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(super) fn store(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("jobs.db").display())
}

/// Three stops that are solved at once.
pub(super) fn tiny() -> Value {
    json!({
        "kind": "routing", "version": 1, "name": "tiny", "travel": {"metric": "euclidean"},
        "locations": [{"id": "depot", "at": [0, 0]}, {"id": "p", "at": [300, 400]}, {"id": "q", "at": [0, 400]}],
        "vehicles": [{"id": "van", "count": 2, "capacity": 10, "start": "depot"}],
        "orders": [{"id": "o1", "location": "p", "delivery": 4}, {"id": "o2", "location": "q", "delivery": 5}],
        "limits": {"iterations": 100}
    })
}

/// A day of deliveries that takes all the time it gets.
pub(super) fn long(seconds: f64) -> Value {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/metro/metro.json")).unwrap();
    let mut scenario: Value = serde_json::from_str(&text).unwrap();
    scenario["limits"] = json!({"time": seconds});
    scenario
}

/// What `hubroute token` says about the server's store.
pub(super) fn token(server: &Server, args: &[&str]) -> String {
    let store = store(server.folder.path());
    let output =
        Command::new(env!("CARGO_BIN_EXE_hubroute")).arg("token").args(args).args(["--store", &store]).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
