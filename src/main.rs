//! The `hubroute` command; everything it does is in [`hubroute::cli`].

fn main() -> std::process::ExitCode {
    hubroute::cli::run()
}
