//! The worker's side of a solver process: started, listened to, told to stop, and asked why it is gone.

use super::child::SOLVER;
use super::frames::{self, FromSolver, Start, ToSolver};
use crate::service::settings::Settings;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, BufReader};
use tokio::process::{Child, ChildStdin};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// A solver process.
pub(super) struct Solver {
    child: Child,
    messages: mpsc::Receiver<FromSolver>,
    words: mpsc::UnboundedSender<ToSolver>,
}

impl Solver {
    pub(super) fn start(settings: &Settings, start: Start) -> std::io::Result<Self> {
        let mut command = tokio::process::Command::new(&settings.program);
        command.arg(SOLVER).arg(settings.limits.solver_memory_bytes.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        // Nothing that the service knows, such as a password in its environment, is the solver's business.
        command.env_clear();
        let mut child = command.spawn()?;
        let input = child.stdin.take().expect("standard input is piped");
        let mut output = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let mut errors = child.stderr.take().expect("standard error is piped");
        let (words, to_send) = mpsc::unbounded_channel();
        let (sender, messages) = mpsc::channel(16);
        tokio::spawn(speak(input, start, to_send));
        tokio::spawn(async move {
            loop {
                match frames::receive(&mut output).await {
                    Ok(Some(message)) => {
                        if sender.send(message).await.is_err() {
                            return;
                        }
                    }
                    Ok(None) => return,
                    Err(error) => {
                        tracing::warn!(%error, "the solver speaks gibberish");
                        return;
                    }
                }
            }
        });
        tokio::spawn(async move {
            let mut text = Vec::new();
            let _ = (&mut errors).take(4096).read_to_end(&mut text).await;
            if !text.is_empty() {
                tracing::warn!(text = %String::from_utf8_lossy(&text), "the solver complains");
            }
            // A pipe that nobody reads would stop a solver that complains a lot.
            let _ = tokio::io::copy(&mut errors, &mut tokio::io::sink()).await;
        });
        Ok(Self { child, messages, words })
    }

    /// What it says next. What is out of date by the time that it is heard is passed by: progress repeats all that is
    /// known, and so does the answer.
    pub(super) async fn news(&mut self) -> Option<FromSolver> {
        let mut message = self.messages.recv().await?;
        while matches!(message, FromSolver::Progress(_))
            && let Ok(newer) = self.messages.try_recv()
        {
            message = newer;
        }
        Some(message)
    }

    pub(super) fn stop(&self) {
        let _ = self.words.send(ToSolver::Stop);
    }

    pub(super) async fn kill(&mut self) {
        let _ = self.child.kill().await;
    }

    /// Why it is gone.
    pub(super) async fn cause(&mut self) -> String {
        let exited = timeout(Duration::from_millis(500), self.child.wait()).await;
        match exited {
            Ok(Ok(status)) => format!("the solver process died: {}", in_words(status)),
            Ok(Err(error)) => format!("the solver process is lost: {error}"),
            Err(_) => {
                self.kill().await;
                "the solver process broke off its report".to_owned()
            }
        }
    }
}

fn in_words(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(6)) => "aborted (out of memory, or a stack overflow)".to_owned(),
        (None, Some(9)) => "killed".to_owned(),
        (None, Some(11)) => "stack overflow or bad memory access".to_owned(),
        (None, signal) => format!("signal {}", signal.unwrap_or(0)),
    }
}

async fn speak(mut input: ChildStdin, start: Start, mut words: mpsc::UnboundedReceiver<ToSolver>) {
    if frames::send(&mut input, &ToSolver::Start(start)).await.is_err() {
        return;
    }
    while let Some(word) = words.recv().await {
        if frames::send(&mut input, &word).await.is_err() {
            return;
        }
    }
}
