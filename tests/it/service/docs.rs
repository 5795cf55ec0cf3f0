//! The examples of the documentation, as a reader would try them.

use super::server::Server;
use std::process::Command;

const TEXT: &str = include_str!("../../../docs/service.md");

fn block(language: &str) -> String {
    let fence = format!("```{language}\n");
    TEXT.split(&fence).nth(1).and_then(|rest| rest.split("```").next()).unwrap().to_owned()
}

/// Runs a block with `program`; what it says. Says so and does nothing where there is no such program.
fn try_out(program: &str, args: &[&str], language: &str) -> Option<String> {
    if Command::new(program).arg("--version").output().is_err() {
        eprintln!("skipped: `{program}` is not installed");
        return None;
    }
    let server = Server::start(&[]);
    let text = block(language).replace("http://127.0.0.1:8080", &server.url);
    let interpreter = if language == "sh" { "sh" } else { program };
    let output = Command::new(interpreter).args(args).arg(text).current_dir(server.folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    for file in ["plan.json", "plan.html", "stops.csv"].iter().filter(|_| language == "sh") {
        let text = std::fs::read_to_string(server.folder.path().join(file)).unwrap();
        assert!(!text.contains("urn:hubroute:problem"), "{file}: {text}");
    }
    Some(said)
}

#[test]
fn shell_example_works() {
    if let Some(said) = try_out("curl", &["-ec"], "sh") {
        assert!(said.contains("event: done") && said.contains("\"state\":\"done\""), "{said}");
    }
}

#[test]
fn python_example_works() {
    if let Some(said) = try_out("python3", &["-c"], "python") {
        assert!(said.lines().any(|line| line.starts_with("done ")), "{said}");
        assert!(said.lines().last().unwrap().contains('['), "{said}");
    }
}
