//! What a worker and its solver process tell each other: frames on standard input and output.
//!
//! A frame is its length (four bytes, big-endian) and JSON. A longer one than [`LONGEST`], or one that is no message,
//! ends the attempt.

use super::state::{Progress, Worth};
use crate::service::questions::Questions;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// Most bytes of a frame.
const LONGEST: u32 = 512 << 20;

/// To the solver.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "message", rename_all = "snake_case")]
pub enum ToSolver {
    /// What to solve. The first frame, and no later one.
    Start(Start),
    /// Stop and hand over the best.
    Stop,
}

/// What to solve, and with what.
#[derive(Debug, Serialize, Deserialize)]
pub struct Start {
    /// The scenario as JSON.
    pub scenario: String,
    /// A plan to start from, as JSON.
    pub warm_start: Option<String>,
    /// Seconds.
    pub time: Option<f64>,
    /// Threads.
    pub threads: usize,
    /// What is asked beside the plan.
    pub questions: Questions,
}

/// From the solver.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "message", rename_all = "snake_case")]
pub enum FromSolver {
    /// The search got further.
    Progress(Progress),
    /// A plan on the way.
    Incumbent {
        /// What it is worth.
        worth: Worth,
        /// As JSON.
        plan: String,
    },
    /// The answer.
    Plan {
        /// What it is worth.
        worth: Worth,
        /// The proven bound.
        bound: Option<f64>,
        /// The plan's status.
        status: String,
        /// As JSON.
        plan: String,
    },
    /// There is no answer.
    NoPlan(NoPlan),
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoPlan {
    /// Stable code.
    pub code: String,
    /// In words.
    pub detail: String,
    /// Each reason: code, message, hint.
    pub reasons: Vec<[String; 3]>,
}

/// Writes a frame.
pub fn write<M: Serialize>(output: &mut impl Write, message: &M) -> io::Result<()> {
    let (head, body) = encoded(message)?;
    output.write_all(&head)?;
    output.write_all(&body)?;
    output.flush()
}

/// Reads a frame; `None` at the end of the stream.
pub fn read<M: DeserializeOwned>(input: &mut impl Read) -> io::Result<Option<M>> {
    let mut head = [0; 4];
    match input.read_exact(&mut head) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        outcome => outcome?,
    }
    let mut body = vec![0; length(head)?];
    input.read_exact(&mut body)?;
    Ok(Some(serde_json::from_slice(&body)?))
}

/// Writes a frame without blocking the thread.
pub async fn send<M: Serialize>(output: &mut (impl AsyncWrite + Unpin), message: &M) -> io::Result<()> {
    let (head, body) = encoded(message)?;
    output.write_all(&head).await?;
    output.write_all(&body).await?;
    output.flush().await
}

/// Reads a frame without blocking the thread; `None` at the end of the stream. Not to be dropped half-way.
pub async fn receive<M: DeserializeOwned>(input: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<M>> {
    let mut head = [0; 4];
    match input.read_exact(&mut head).await {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        outcome => outcome?,
    };
    let length = length(head)?;
    // A length that lies must not cost its memory before its bytes come.
    let mut body = Vec::new();
    let read = input.take(length as u64).read_to_end(&mut body).await?;
    if read < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(serde_json::from_slice(&body)?))
}

fn encoded<M: Serialize>(message: &M) -> io::Result<([u8; 4], Vec<u8>)> {
    let body = serde_json::to_vec(message)?;
    let length = u32::try_from(body.len()).ok().filter(|length| *length <= LONGEST);
    let length = length.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the frame is too long"))?;
    Ok((length.to_be_bytes(), body))
}

fn length(head: [u8; 4]) -> io::Result<usize> {
    let length = u32::from_be_bytes(head);
    if length > LONGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("a frame of {length} bytes")));
    }
    Ok(length as usize)
}
