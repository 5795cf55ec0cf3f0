//! The page in a real browser: headless Chromium by its WebDriver. Where none is installed the tests say so and do
//! nothing.

use super::server::{Server, long, tiny};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A browser that a test drives.
struct Browser {
    driver: Child,
    session: String,
}

impl Browser {
    /// `None` where no browser is installed.
    fn start(width: u32) -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let driver = Command::new("chromedriver").arg(format!("--port={port}")).stdout(Stdio::null()).spawn();
        let Ok(driver) = driver else {
            eprintln!("skipped: no browser is installed (Debian: apt-get install chromium chromium-driver)");
            return None;
        };
        let mut browser = Self { driver, session: format!("http://127.0.0.1:{port}") };
        browser.until("the driver starts", |browser| browser.try_ask("GET", "/status", &json!({})).is_some());
        let size = format!("--window-size={width},900");
        let options =
            json!({"args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", size]});
        let logs = json!({"browser": "ALL", "performance": "ALL"});
        let wanted = json!({"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": logs});
        let session = browser.ask("POST", "/session", &json!({"capabilities": {"alwaysMatch": wanted}}));
        let id = session["sessionId"].as_str().unwrap().to_owned();
        browser.session = format!("{}/session/{id}", browser.session);
        // No window is narrower than 500 pixels; a screen may be.
        let screen = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 640});
        let wanted = json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": screen});
        browser.ask("POST", "/goog/cdp/execute", &wanted);
        Some(browser)
    }

    fn try_ask(&self, method: &str, path: &str, body: &Value) -> Option<Value> {
        let url = format!("{}{path}", self.session);
        let answer = match method {
            "GET" => ureq::get(url).call(),
            "DELETE" => ureq::delete(url).call(),
            _ => ureq::post(url).header("content-type", "application/json").send(body.to_string()),
        };
        let text = answer.ok()?.body_mut().with_config().limit(256 << 20).read_to_string().ok()?;
        Some(serde_json::from_str::<Value>(&text).ok()?["value"].clone())
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_ask(method, path, body).unwrap_or_else(|| panic!("{method} {path} {body}"))
    }

    fn open(&self, url: &str) {
        self.ask("POST", "/url", &json!({"url": url}));
    }

    fn run(&self, script: &str) -> Value {
        self.ask("POST", "/execute/sync", &json!({"script": script, "args": []}))
    }

    fn click(&self, selector: &str) {
        self.run(&format!("document.querySelector({}).click()", json!(selector)));
    }

    fn text(&self, selector: &str) -> String {
        let text = self.run(&format!("return document.querySelector({})?.innerText ?? ''", json!(selector)));
        text.as_str().unwrap().to_owned()
    }

    fn until(&self, what: &str, fits: impl Fn(&Self) -> bool) {
        let until = Instant::now() + Duration::from_secs(60);
        while !fits(self) {
            assert!(Instant::now() < until, "never: {what}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn wait_for(&self, condition: &str) {
        self.until(condition, |browser| browser.run(&format!("return Boolean({condition})")) == true);
    }

    /// Nothing complained, and nobody else was asked.
    fn is_clean(&self, server: &Server) {
        let log = self.ask("POST", "/se/log", &json!({"type": "browser"}));
        let complaints: Vec<&Value> = log
            .as_array()
            .unwrap()
            .iter()
            .filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING")
            .collect();
        assert!(complaints.is_empty(), "{complaints:?}");
        let log = self.ask("POST", "/se/log", &json!({"type": "performance"}));
        let mut n_requests = 0;
        for entry in log.as_array().unwrap() {
            let message: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
            if message["message"]["method"] == "Network.requestWillBeSent" {
                let url = message["message"]["params"]["request"]["url"].as_str().unwrap();
                let own = url.starts_with(&server.url) || url.starts_with("data:") || url.starts_with("blob:");
                assert!(own, "the page asked {url}");
                n_requests += 1;
            }
        }
        assert!(n_requests > 5, "only {n_requests} requests were seen");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.try_ask("DELETE", "", &json!({}));
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// From the first view to the answer of an example.
fn solve_example(browser: &Browser, name: &str, seconds: f64) {
    browser.click(&format!("[data-example={name}]"));
    browser.wait_for("document.querySelector('#offer') && document.querySelectorAll('#offer .note').length == 2");
    browser.run(&format!("document.querySelector('#time').value = {seconds}"));
    browser.click("#solve");
    browser.wait_for("document.querySelector('#progress h2')");
}

#[test]
fn a_planner_solves_stops_asks_what_if_and_compares() {
    let Some(browser) = Browser::start(1280) else { return };
    let server = Server::start(&["--solvers", "1", "--threads", "1"]);
    browser.open(&server.url);
    browser.wait_for("document.querySelector('[data-example=metro]')");
    solve_example(&browser, "metro", 600.0);
    browser.wait_for("document.querySelector('[data-figure=best]') && !document.querySelector('#look').hidden");
    browser.click("#look");
    browser.wait_for("document.querySelector('#report .answer')");
    browser.click("#stop");
    browser.wait_for("document.querySelector('#progress').dataset.state == 'cancelled'");
    browser.wait_for(
        "document.querySelector('.what-if') && document.querySelectorAll('#report .js-plotly-plot').length >= 3",
    );
    browser.wait_for("document.querySelector('#report').innerText.includes('truck-west')");
    assert!(browser.text("#report .answer").starts_with("Serve "), "{}", browser.text("#report .answer"));
    browser.open(&server.url);
    browser.wait_for("document.querySelector('[data-example=tiny]')");
    solve_example(&browser, "tiny", 1.0);
    browser
        .wait_for("document.querySelector('#progress').dataset.state == 'done' && document.querySelector('.what-if')");
    browser.run("document.querySelector('#demand').value = -20");
    browser.click("#try");
    browser.wait_for("document.querySelectorAll('.what-if #offer .note').length == 2");
    browser.click(".what-if #solve");
    browser.wait_for("document.querySelector('#report .figures')?.innerText.includes('to the base plan')");
    browser.open(&format!("{}/#/jobs", server.url));
    browser.wait_for("document.querySelectorAll('[data-job]').length == 3");
    browser.run("[...document.querySelectorAll('[data-job] input')].slice(0, 2).forEach((box) => box.click())");
    browser.click("#compare");
    browser.wait_for("document.querySelector('#compared table')");
    assert!(browser.text("#compared table").contains("total"));
    browser.is_clean(&server);
}

/// Nothing is wider than a phone. A page that is has a wider window as well, so that all of it is seen.
fn fits_a_phone(browser: &Browser, what: &str) {
    let widths = browser.run("return [window.innerWidth, document.documentElement.scrollWidth]");
    assert_eq!(widths, json!([390, 390]), "{what}");
    let charts =
        "return [...document.querySelectorAll('.js-plotly-plot')].map((it) => it.getBoundingClientRect().right)";
    for right in browser.run(charts).as_array().unwrap() {
        assert!(right.as_f64().unwrap() <= 390.0, "{what}: a chart ends at {right}");
    }
}

#[test]
fn the_page_fits_a_phone() {
    let Some(browser) = Browser::start(390) else { return };
    let server = Server::start(&["--solvers", "1", "--threads", "1"]);
    let mut scenario = server.get("/v1/examples/shanxi").json();
    scenario["limits"] = json!({"time": 4.0});
    let sites = [server.submit(&scenario), server.submit(&scenario)];
    let routes = server.submit(&long(60.0));
    for id in &sites {
        assert_eq!(server.finished(id)["has_plan"], true);
    }
    browser.open(&server.url);
    browser.wait_for("document.querySelector('[data-example=metro]')");
    fits_a_phone(&browser, "the start");
    browser.open(&format!("{}/#/jobs/{}", server.url, routes));
    browser.wait_for("document.querySelector('[data-figure=best]') && !document.querySelector('#look').hidden");
    browser.click("#look");
    browser.wait_for("document.querySelectorAll('#report .js-plotly-plot').length >= 3");
    fits_a_phone(&browser, "routes of a running job");
    browser.click("#stop");
    browser.wait_for("document.querySelector('.what-if')");
    fits_a_phone(&browser, "routes");
    browser.open(&format!("{}/#/jobs/{}", server.url, sites[0]));
    browser.wait_for("document.querySelector('.what-if') && document.querySelector('#report .js-plotly-plot')");
    fits_a_phone(&browser, "sites");
    browser.open(&format!("{}/#/jobs", server.url));
    browser.wait_for("document.querySelectorAll('[data-job]').length == 3");
    browser.run("[...document.querySelectorAll('[data-job] input')].slice(1, 3).forEach((box) => box.click())");
    browser.click("#compare");
    browser.wait_for("document.querySelector('#compared table')");
    assert!(browser.text("#compared table").contains("Opening"));
    fits_a_phone(&browser, "a comparison");
    browser.is_clean(&server);
}

#[test]
fn names_are_text_whatever_they_say() {
    let Some(browser) = Browser::start(1280) else { return };
    let server = Server::start(&["--solvers", "1", "--threads", "1"]);
    let mut evil = tiny();
    let name = "<img src=x onerror=alert(1)>";
    evil["name"] = json!(name);
    evil["orders"][0]["id"] = json!(name);
    evil["orders"][1]["id"] = json!("=HYPERLINK(\"x\")");
    evil["vehicles"][0]["id"] = json!("\"><script>alert(2)</script>");
    evil["locations"][1]["name"] = json!("=1+1</textarea><b onclick=alert(3)>");
    evil["locations"][2]["name"] = json!("<a href=\"javascript:alert(4)\">here</a>");
    let id = server.submit(&evil);
    server.finished(&id);
    browser.open(&format!("{}/#/jobs/{id}", server.url));
    browser.wait_for(
        "document.querySelector('.what-if') && document.querySelectorAll('#report .js-plotly-plot').length >= 2",
    );
    assert_eq!(browser.text("#report h1"), name);
    // What a chart tells about the first points of each of its lines.
    let told = "return [...document.querySelectorAll('#report .js-plotly-plot')].flatMap((plot) => plot.data.flatMap(
        (_, curveNumber) => [0, 1, 2].map((pointNumber) => {
          try { Plotly.Fx.hover(plot, [{ curveNumber, pointNumber }]); } catch { return ''; }
          return [...plot.querySelectorAll('.hoverlayer text')].map((it) => it.textContent).join(' ');
        }))).join(' ')";
    let told = browser.run(told);
    assert!(told.as_str().unwrap().contains("\"><script>alert(2)</script>"), "{told}");
    let foreign = "return [...document.querySelectorAll('#report :is(img, script, [onclick], svg a, a[href])')]
        .map((it) => it.outerHTML)";
    assert_eq!(browser.run(foreign), json!([]));
    browser.click("#language");
    browser.wait_for("document.documentElement.lang == 'zh-CN' && document.querySelector('.what-if')");
    assert_eq!(browser.text(".what-if h2"), "如果……");
    browser.wait_for("[...document.querySelectorAll('#report h2')].some((it) => it.textContent == '成本构成' || it.textContent == '路线')");
    browser.is_clean(&server);
    let stops = server.ask("GET", &format!("/v1/jobs/{id}/plan?table=stops"), &[("accept", "text/csv")], None);
    assert!(stops.text.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{}", stops.text);
}
