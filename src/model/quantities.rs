//! Amounts by name, or one bare number where there is nothing to tell apart.

use schemars::JsonSchema;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;

/// `{"kg": 800, "pallets": 6}`, or `800` where there is one dimension or product.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantities {
    /// A bare number.
    Bare(f64),
    /// By name, in the order written.
    Named(Vec<(String, f64)>),
}

impl Serialize for Quantities {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bare(amount) => serialize_number(*amount, serializer),
            Self::Named(amounts) => {
                serializer.collect_map(amounts.iter().map(|(name, amount)| (name, Number(*amount))))
            }
        }
    }
}

struct Number(f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_number(self.0, serializer)
    }
}

/// Writes whole numbers without a decimal point.
fn serialize_number<S: Serializer>(amount: f64, serializer: S) -> Result<S::Ok, S::Error> {
    if amount.fract() == 0.0 && amount.abs() < 9e15 {
        serializer.serialize_i64(amount as i64)
    } else {
        serializer.serialize_f64(amount)
    }
}

impl<'de> Deserialize<'de> for Quantities {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Amounts;
        impl<'de> Visitor<'de> for Amounts {
            type Value = Quantities;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a number, or an object of named numbers")
            }
            fn visit_f64<E: Error>(self, amount: f64) -> Result<Quantities, E> {
                Ok(Quantities::Bare(amount))
            }
            fn visit_i64<E: Error>(self, amount: i64) -> Result<Quantities, E> {
                Ok(Quantities::Bare(amount as f64))
            }
            fn visit_u64<E: Error>(self, amount: u64) -> Result<Quantities, E> {
                Ok(Quantities::Bare(amount as f64))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Quantities, A::Error> {
                let mut amounts: Vec<(String, f64)> = Vec::new();
                while let Some((name, amount)) = map.next_entry::<String, f64>()? {
                    if amounts.iter().any(|(known, _)| *known == name) {
                        return Err(A::Error::custom(format_args!("duplicate name `{name}`")));
                    }
                    amounts.push((name, amount));
                }
                Ok(Quantities::Named(amounts))
            }
        }
        deserializer.deserialize_any(Amounts)
    }
}

impl JsonSchema for Quantities {
    fn schema_name() -> Cow<'static, str> {
        "Quantities".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Amounts by name, or a bare number where there is one dimension or product.",
            "anyOf": [
                {"type": "number"},
                {"type": "object", "additionalProperties": {"type": "number"}}
            ]
        })
    }
}
