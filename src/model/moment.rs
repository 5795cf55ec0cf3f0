//! Times of day as people write them.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;

/// A moment: seconds, `"HH:MM"` or `"HH:MM:SS"` (hours may pass 24 for the next day), or an RFC 3339 timestamp. A plan answers in the form asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Seconds since the scenario's midnight.
    Seconds(i64),
    /// Time of day, as seconds since midnight.
    Clock(i64),
    /// A point in time, as Unix seconds.
    Stamp(i64),
}

impl Moment {
    /// The seconds it stands for.
    #[must_use]
    pub fn seconds(self) -> i64 {
        match self {
            Self::Seconds(seconds) | Self::Clock(seconds) | Self::Stamp(seconds) => seconds,
        }
    }

    /// The moment of `seconds`, in the form of this one.
    #[must_use]
    pub fn like(self, seconds: i64) -> Self {
        match self {
            Self::Seconds(_) => Self::Seconds(seconds),
            Self::Clock(_) => Self::Clock(seconds),
            Self::Stamp(_) => Self::Stamp(seconds),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        if let Ok(stamp) = text.parse::<Timestamp>() {
            return Some(Self::Stamp(stamp.as_second()));
        }
        let mut parts = text.split(':').map(|part| {
            let digits = (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            if digits { part.parse::<i64>().ok() } else { None }
        });
        let (hours, minutes) = (parts.next()??, parts.next()??);
        let seconds = match parts.next() {
            Some(seconds) => seconds?,
            None => 0,
        };
        let valid = parts.next().is_none() && hours < 240 && minutes < 60 && seconds < 60;
        valid.then_some(Self::Clock(hours * 3600 + minutes * 60 + seconds))
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::Seconds(seconds) => write!(formatter, "{seconds}"),
            Self::Clock(seconds) => {
                let (hours, minutes, rest) = (seconds.div_euclid(3600), seconds / 60 % 60, seconds % 60);
                if rest == 0 {
                    write!(formatter, "{hours:02}:{minutes:02}")
                } else {
                    write!(formatter, "{hours:02}:{minutes:02}:{rest:02}")
                }
            }
            Self::Stamp(seconds) => match Timestamp::from_second(seconds) {
                Ok(stamp) => write!(formatter, "{stamp}"),
                Err(_) => write!(formatter, "{seconds}"),
            },
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Seconds(seconds) => serializer.serialize_i64(*seconds),
            Self::Clock(_) | Self::Stamp(_) => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl Visitor<'_> for Form {
            type Value = Moment;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("whole seconds, \"HH:MM\" or an RFC 3339 timestamp")
            }
            fn visit_i64<E: Error>(self, seconds: i64) -> Result<Moment, E> {
                Ok(Moment::Seconds(seconds))
            }
            fn visit_u64<E: Error>(self, seconds: u64) -> Result<Moment, E> {
                i64::try_from(seconds).map(Moment::Seconds).map_err(|_| E::custom("too many seconds"))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Moment, E> {
                Moment::parse(text).ok_or_else(|| {
                    E::custom(format_args!("`{text}` is no time: write seconds, \"HH:MM\" or an RFC 3339 timestamp"))
                })
            }
        }
        deserializer.deserialize_any(Form)
    }
}

impl JsonSchema for Moment {
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Whole seconds, \"HH:MM\", \"HH:MM:SS\" or an RFC 3339 timestamp.",
            "anyOf": [{"type": "integer"}, {"type": "string"}]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_keep_their_form() {
        for text in ["28800", "\"08:00\"", "\"08:00:30\"", "\"25:10\"", "\"2026-03-02T08:00:00Z\""] {
            let moment: Moment = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&moment).unwrap(), text);
        }
        for text in ["\"8\"", "\"08:61\"", "\"noon\"", "1.5", "\"-1:00\"", "null"] {
            assert!(serde_json::from_str::<Moment>(text).is_err(), "{text} was read as a time");
        }
    }
}
