//! The planner's page, and the files that it is made of. All of them are in the binary.

use crate::io::report;
use crate::service::{App, compress};
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::{Arc, LazyLock};

const PAGE: &str = include_str!("../page/index.html");
const STYLE: &str = include_str!("../page/app.css");

/// The modules of the page's script.
const SCRIPTS: [(&str, &str); 9] = [
    ("/assets/api.js", include_str!("../page/api.js")),
    ("/assets/compare.js", include_str!("../page/compare.js")),
    ("/assets/dom.js", include_str!("../page/dom.js")),
    ("/assets/job.js", include_str!("../page/job.js")),
    ("/assets/jobs.js", include_str!("../page/jobs.js")),
    ("/assets/main.js", include_str!("../page/main.js")),
    ("/assets/start.js", include_str!("../page/start.js")),
    ("/assets/texts.js", include_str!("../page/texts.js")),
    ("/assets/whatif.js", include_str!("../page/whatif.js")),
];

/// plotly.js is large: made once, and compressed once.
static LIBRARY: LazyLock<[Bytes; 2]> = LazyLock::new(|| {
    let library = report::library();
    let packed = compress::pack(&library);
    [Bytes::from(library), Bytes::from(packed)]
});

pub(super) fn router() -> Router<Arc<App>> {
    let pages = Router::new()
        .route("/", get(|| async { file("text/html; charset=utf-8", PAGE) }))
        .route("/assets/app.css", get(|| async { file("text/css; charset=utf-8", STYLE) }))
        .route("/assets/report.css", get(|| async { file("text/css; charset=utf-8", report::STYLE) }))
        .route("/assets/plotly.js", get(library));
    SCRIPTS.into_iter().fold(pages, |pages, (path, text)| {
        pages.route(path, get(move || async move { file("text/javascript; charset=utf-8", text) }))
    })
}

fn file(media_type: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}

async fn library(asked: HeaderMap) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=86400"),
        (header::VARY, "accept-encoding"),
    ];
    let codings = asked.get(header::ACCEPT_ENCODING).and_then(|codings| codings.to_str().ok()).unwrap_or_default();
    let [plain, packed] = &*LIBRARY;
    // `gzip;q=0` is no wish for it.
    if codings.split(',').any(|coding| coding.trim() == "gzip") {
        (headers, [(header::CONTENT_ENCODING, "gzip")], packed.clone()).into_response()
    } else {
        (headers, plain.clone()).into_response()
    }
}
