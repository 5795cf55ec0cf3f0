//! Everything that can go wrong, as problem documents (RFC 9457).

use super::jobs::StoreError;
use crate::model::Defect;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The media type of problem documents.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

macro_rules! kinds {
    ($($(#[doc = $about:literal])+ $kind:ident = $status:literal $code:literal,)+) => {
        /// The closed list of problems.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ProblemKind {
            $($(#[doc = $about])+ $kind,)+
        }
        impl ProblemKind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// Stable name.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$kind => $code,)+
                }
            }

            /// The HTTP status that goes with it.
            #[must_use]
            pub fn status(self) -> u16 {
                match self {
                    $(Self::$kind => $status,)+
                }
            }

            /// One sentence about it.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$kind => concat!($($about),+).trim_ascii(),)+
                }
            }
        }
    };
}

kinds! {
    /// The request cannot be read.
    BadRequest = 400 "bad_request",
    /// A token is needed.
    Unauthorized = 401 "unauthorized",
    /// The token may not do this.
    Forbidden = 403 "forbidden",
    /// There is nothing here.
    NotFound = 404 "not_found",
    /// There is no plan.
    NoPlan = 404 "no_plan",
    /// There is nothing that answers to this method.
    MethodNotAllowed = 405 "method_not_allowed",
    /// None of the accepted forms is on offer.
    NotAcceptable = 406 "not_acceptable",
    /// The request came too slowly.
    Timeout = 408 "timeout",
    /// There is no plan yet.
    NoPlanYet = 409 "no_plan_yet",
    /// The request is too large.
    TooLarge = 413 "too_large",
    /// The body is of a kind that is not read here.
    UnsupportedMediaType = 415 "unsupported_media_type",
    /// The scenario has defects.
    InvalidScenario = 422 "invalid_scenario",
    /// The document has defects.
    InvalidDocument = 422 "invalid_document",
    /// The idempotency key was used for another request.
    KeyReused = 422 "idempotency_key_reused",
    /// Too many requests, or too many jobs of this tenant.
    TooMany = 429 "too_many",
    /// A bug here.
    Internal = 500 "internal",
    /// Busy, or about to stop.
    Unavailable = 503 "unavailable",
    /// No plan can keep all limits.
    Infeasible = 422 "infeasible",
    /// The search ended before it found any plan.
    NothingFound = 422 "nothing_found",
    /// The solver died at every attempt.
    SolverCrashed = 500 "solver_crashed",
}

/// A problem document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `urn:hubroute:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// One sentence about the kind of problem.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable name of the kind of problem.
    pub code: String,
    /// What happened here.
    pub detail: String,
    /// The request, for whoever looks into the logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The limit that was passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<f64>,
    /// Everything that is wrong with a document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemError>,
    #[serde(skip)]
    #[schema(ignore)]
    pub(super) retry_after: Option<u32>,
}

/// One thing wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemError {
    /// JSON pointer into the document; empty for the document itself.
    pub pointer: String,
    /// Stable code, such as `duplicate_id`.
    pub code: String,
    /// The value found and what is allowed.
    pub detail: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
}

impl From<Defect> for ProblemError {
    fn from(defect: Defect) -> Self {
        Self { pointer: defect.pointer, code: defect.code.to_owned(), detail: defect.detail, hint: defect.hint }
    }
}

impl Problem {
    /// A problem of a kind, with what happened.
    #[must_use]
    pub fn new(kind: ProblemKind, detail: &str) -> Self {
        Self {
            kind: format!("urn:hubroute:problem:{}", kind.code()),
            title: kind.title().to_owned(),
            status: kind.status(),
            code: kind.code().to_owned(),
            detail: detail.to_owned(),
            request_id: None,
            limit: None,
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// A limit that was passed.
    #[must_use]
    pub(super) fn above(kind: ProblemKind, detail: &str, limit: f64) -> Self {
        Self { limit: Some(limit), ..Self::new(kind, detail) }
    }

    /// A problem that goes away by itself.
    #[must_use]
    pub(super) fn retry(kind: ProblemKind, detail: &str, seconds: u32) -> Self {
        Self { retry_after: Some(seconds.max(1)), ..Self::new(kind, detail) }
    }

    /// Defects of a document.
    #[must_use]
    pub(super) fn defects(kind: ProblemKind, defects: Vec<Defect>) -> Self {
        let errors: Vec<ProblemError> = defects.into_iter().map(ProblemError::from).collect();
        let count = if errors.len() == 1 { "1 defect".to_owned() } else { format!("{} defects", errors.len()) };
        Self { errors, ..Self::new(kind, &count) }
    }

    /// The same, of a document that is a field of a larger one: pointers begin with `field`.
    #[must_use]
    pub(super) fn under(mut self, field: &str) -> Self {
        self.errors.iter_mut().for_each(|error| error.pointer.insert_str(0, field));
        self
    }

    /// Why there is no plan, reason by reason.
    #[must_use]
    pub(super) fn with_reasons(mut self, reasons: &[[String; 3]]) -> Self {
        let error = |[code, detail, hint]: &[String; 3]| ProblemError {
            pointer: String::new(),
            code: code.clone(),
            detail: detail.clone(),
            hint: hint.clone(),
        };
        self.errors = reasons.iter().map(error).collect();
        self
    }

    /// As JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("problems have string keys")
    }

    /// The problem that stands for a bare status, such as one that a library answered with.
    pub(super) fn of_status(status: StatusCode) -> Self {
        let kind = match status {
            StatusCode::UNAUTHORIZED => ProblemKind::Unauthorized,
            StatusCode::NOT_FOUND => ProblemKind::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => ProblemKind::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => ProblemKind::TooLarge,
            StatusCode::REQUEST_TIMEOUT => ProblemKind::Timeout,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ProblemKind::UnsupportedMediaType,
            status if status.is_server_error() => ProblemKind::Internal,
            _ => ProblemKind::BadRequest,
        };
        Self::new(kind, kind.title())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unknown => Self::new(ProblemKind::NotFound, "no job has this id"),
            StoreError::Refused(refusal) => Self::retry(ProblemKind::Unavailable, &refusal.to_string(), 1),
            StoreError::Database(_)
            | StoreError::Shared(_)
            | StoreError::Migration(_)
            | StoreError::Url(_)
            | StoreError::Promise(_) => {
                tracing::error!(%error, "the store failed");
                Self::retry(ProblemKind::Unavailable, "the store cannot be reached", 2)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], self.to_json()).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        // The guard adds the request's id to it.
        response.extensions_mut().insert(Box::new(self));
        response
    }
}
