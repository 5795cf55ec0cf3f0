//! The body of a request: bounded in bytes, in time, in depth and in values, before anything is made of it.

use super::problem::{Problem, ProblemKind};
use super::settings::Limits;
use axum::body::Body;
use axum::http::{HeaderMap, header};
use futures_util::StreamExt as _;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// The text of a JSON body.
pub(super) async fn json(headers: &HeaderMap, body: Body, limits: &Limits) -> Result<String, Problem> {
    let text_of = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?").to_ascii_lowercase());
    let kind = text_of(header::CONTENT_TYPE).unwrap_or_default();
    if kind.split(';').next().map(str::trim) != Some("application/json") {
        let detail = format!("the body is of type `{kind}`, send `Content-Type: application/json`");
        return Err(Problem::new(ProblemKind::UnsupportedMediaType, &detail));
    }
    if let Some(coding) = text_of(header::CONTENT_ENCODING).filter(|coding| coding != "identity") {
        let detail = format!("the body has the coding `{coding}`, send it as it is");
        return Err(Problem::new(ProblemKind::UnsupportedMediaType, &detail));
    }
    let length = text_of(header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length > limits.body_bytes) {
        drain(body, limits).await;
        return Err(too_long(limits));
    }
    let bytes = bytes(body, limits).await?;
    let text = String::from_utf8(bytes)
        .map_err(|error| Problem::new(ProblemKind::BadRequest, &format!("the body is not UTF-8: {error}")))?;
    shape(&text, limits)?;
    Ok(text)
}

fn too_long(limits: &Limits) -> Problem {
    let detail = format!("the body has more than {} bytes", limits.body_bytes);
    Problem::above(ProblemKind::TooLarge, &detail, limits.body_bytes as f64)
}

/// Reads on for a while without keeping anything: a client whose connection is closed while it still sends may never see
/// the answer.
async fn drain(body: Body, limits: &Limits) {
    let silence = Duration::from_secs_f64(limits.body_seconds);
    let mut stream = body.into_data_stream();
    let mut left = 4 * limits.body_bytes;
    while let Ok(Some(Ok(chunk))) = timeout(silence, stream.next()).await {
        match left.checked_sub(chunk.len()) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

async fn bytes(body: Body, limits: &Limits) -> Result<Vec<u8>, Problem> {
    let slow = || Problem::new(ProblemKind::Timeout, "the body came too slowly");
    let until = Instant::now() + Duration::from_secs_f64(limits.request_seconds);
    let silence = Duration::from_secs_f64(limits.body_seconds);
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    loop {
        let next = timeout_at(until, timeout(silence, stream.next())).await;
        match next.map_err(|_| slow())?.map_err(|_| slow())? {
            Some(Ok(chunk)) if bytes.len() + chunk.len() > limits.body_bytes => return Err(too_long(limits)),
            Some(Ok(chunk)) => bytes.extend_from_slice(&chunk),
            Some(Err(error)) => {
                return Err(Problem::new(ProblemKind::BadRequest, &format!("the body broke off: {error}")));
            }
            None => return Ok(bytes),
        }
    }
}

/// Counts depth and values in one pass without making any of them, so that a text which would fill the memory is
/// refused while it is still small. What is JSON and what is not, the parser says.
fn shape(text: &str, limits: &Limits) -> Result<(), Problem> {
    let (mut depth, mut values, mut in_string, mut escaped) = (0_usize, 1_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if depth > limits.json_depth {
            let detail = format!("the JSON is nested deeper than {} levels", limits.json_depth);
            return Err(Problem::above(ProblemKind::TooLarge, &detail, limits.json_depth as f64));
        }
    }
    if values > limits.json_values {
        let detail = format!("the JSON has {values} values, at most {} are read", limits.json_values);
        return Err(Problem::above(ProblemKind::TooLarge, &detail, limits.json_values as f64));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_and_values_are_counted_outside_of_strings() {
        let limits = Limits { json_depth: 2, json_values: 3, ..Limits::default() };
        let check = |text: &str| shape(text, &limits).map_err(|problem| problem.limit.unwrap_or_default());
        assert_eq!(check(r#"{"a": ["[[[[,,,,", 2]}"#), Ok(()));
        assert_eq!(check(r#"{"a\"[[[": [1, 2, 3]}"#), Ok(()));
        assert_eq!(check("[[[1]]]"), Err(2.0));
        assert_eq!(check("[1, 2, 3, 4]"), Err(3.0));
        assert_eq!(check("]]]]"), Ok(()));
    }
}
