//! The commands.

/// Runs the command line and returns the process's exit code.
#[must_use]
pub fn run() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
