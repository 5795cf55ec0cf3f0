//! The OpenAPI document: made from the handlers and the documents' own schemas, so it says what the code does.

use super::App;
use super::problem::{MEDIA_TYPE, Problem, ProblemKind};
use crate::io::json;
use axum::Router;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::openapi::schema::{Schema, Type};
use utoipa::openapi::{ContentBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema, ToSchema};
use utoipa_swagger_ui::SwaggerUi;

macro_rules! documents {
    ($($(#[doc = $about:literal])+ $reference:ident = $name:literal,)+) => {
        $($(#[doc = $about])+ pub(super) struct $reference;
        impl PartialSchema for $reference {
            fn schema() -> RefOr<Schema> {
                Ref::from_schema_name($name).into()
            }
        }
        impl ToSchema for $reference {})+
    };
}

documents! {
    /// A scenario, whose schema is that of the documents.
    ScenarioRef = "Scenario",
    /// A plan, likewise.
    PlanRef = "Plan",
    /// A new order, likewise.
    NewOrderRef = "NewOrder",
    /// Insertion advice, likewise.
    AdviceRef = "Advice",
}

/// The schema of a parameter that takes one of these words.
pub(super) fn one_of(words: impl IntoIterator<Item = &'static str>) -> Schema {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
}

/// What every endpoint may answer instead: a problem document.
pub(super) struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut titles: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
        for kind in ProblemKind::ALL {
            titles.entry(kind.status()).or_default().push(kind.title());
        }
        let response = |titles: Vec<&str>| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            ResponseBuilder::new().description(titles.join(" ")).content(MEDIA_TYPE, content).build()
        };
        titles.into_iter().map(|(status, titles)| (status.to_string(), response(titles).into())).collect()
    }
}

/// A scenario small enough to be read.
const EXAMPLE: &str = include_str!("../../datasets/tiny/tiny-routing.json");

/// `/openapi.json`, and `/docs` to read it and try it out.
pub(super) fn router(api: OpenApi) -> Router<Arc<App>> {
    SwaggerUi::new("/docs").external_url_unchecked("/openapi.json", document(api)).into()
}

fn document(api: OpenApi) -> Value {
    let mut document = serde_json::to_value(api).expect("an OpenAPI document is JSON");
    document["openapi"] = json!("3.1.0");
    document["info"] = json!({
        "title": "hubroute",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Warehouse siting and delivery routing: checked plans, proven gaps.",
        "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
    });
    document["components"]["securitySchemes"] = json!({"token": {"type": "http", "scheme": "bearer"}});
    document["security"] = json!([{}, {"token": []}]);
    let links = links_of_a_job(&document["paths"]);
    for status in ["200", "202"] {
        document["paths"]["/v1/jobs"]["post"]["responses"][status]["links"] = links.clone();
    }
    for (path, example) in examples() {
        document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"] = example;
    }
    let schemas = &mut document["components"]["schemas"];
    schemas["Problem"] = serde_json::to_value(Problem::schema()).expect("a schema is JSON");
    for (name, schema) in [
        ("Scenario", json::scenario_schema()),
        ("Plan", json::plan_schema()),
        ("NewOrder", json::new_order_schema()),
        ("Advice", json::advice_schema()),
    ] {
        take(schemas, name, schema);
    }
    document
}

/// What can be asked of a job next, by the id in the answer that tells of it.
fn links_of_a_job(paths: &Value) -> Value {
    let of_a_job = paths.as_object().into_iter().flatten().filter(|(path, _)| path.starts_with("/v1/jobs/{id}"));
    let operations = of_a_job.filter_map(|(_, item)| item.as_object()).flat_map(|item| item.values());
    let link = |operation: &Value| {
        let name = operation["operationId"].as_str()?;
        Some((name.to_owned(), json!({"operationId": name, "parameters": {"id": "$response.body#/id"}})))
    };
    Value::Object(operations.filter_map(link).collect())
}

/// A body for requests that can be sent as it is.
fn examples() -> [(&'static str, Value); 4] {
    let scenario: Value = serde_json::from_str(EXAMPLE).expect("the example is JSON");
    let instance = include_str!("../../tests/data/tiny.vrp");
    [
        ("/v1/jobs", scenario.clone()),
        ("/v1/check", json!({"scenario": scenario})),
        ("/v1/matrix", json!({"scenario": scenario, "from": [scenario["locations"][0]["id"]]})),
        ("/v1/convert", json!({"files": {"tiny.vrp": instance}})),
    ]
}

/// Puts a JSON Schema and its definitions among the document's schemas.
fn take(schemas: &mut Value, name: &str, mut schema: Value) {
    move_references(&mut schema, name);
    let Value::Object(fields) = &mut schema else { return };
    fields.shift_remove("$schema");
    if let Some(Value::Object(definitions)) = fields.shift_remove("$defs") {
        for (definition, schema) in definitions {
            schemas[format!("{name}.{definition}")] = schema;
        }
    }
    schemas[name] = schema;
}

fn move_references(schema: &mut Value, name: &str) {
    match schema {
        Value::Object(fields) => {
            for (field, value) in fields {
                match value {
                    Value::String(place) if field == "$ref" => {
                        *place = place.replacen("#/$defs/", &format!("#/components/schemas/{name}."), 1);
                    }
                    value => move_references(value, name),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| move_references(item, name)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
