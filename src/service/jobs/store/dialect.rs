//! What SQLite and PostgreSQL say in different words, and the schema that they share.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};
use std::borrow::Cow;

/// What SQLite and PostgreSQL say in different words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    pub(super) fn of(url: &str) -> Option<Self> {
        match url.split_once(':')?.0 {
            "sqlite" => Some(Self::Sqlite),
            "postgres" | "postgresql" => Some(Self::Postgres),
            _ => None,
        }
    }

    /// The database's clock, in seconds since 1970.
    pub(in crate::service) fn now(self) -> &'static str {
        match self {
            Self::Sqlite => "unixepoch('subsec')",
            Self::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS DOUBLE PRECISION)",
        }
    }

    pub(super) fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    pub(super) fn lock(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }

    /// Locks a row for whoever changes it next, and passes by those that others are at.
    pub(super) fn lock_free(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }

    /// What every connection is told first. A process that freezes within a transaction must not hold up the others.
    pub(super) fn manners(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000;
                 PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 67108864"
            }
            Self::Postgres => "SET idle_in_transaction_session_timeout = '500ms'",
        }
    }
}

/// Brings the schema up to date.
pub(super) fn migrator(dialect: Dialect) -> Migrator {
    let jobs = include_str!("../migrations/1_jobs.sql");
    let sql = match dialect {
        Dialect::Sqlite => jobs.replace("BYTEA", "BLOB"),
        Dialect::Postgres => jobs.to_owned(),
    };
    let sql = AssertSqlSafe(sql).into_sql_str();
    Migrator::with_migrations(vec![Migration::new(1, Cow::Borrowed("jobs"), MigrationType::Simple, sql, false)])
}

/// A store's address that can be shown.
pub(super) fn without_secret(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://{rest}"),
        (Some(_), None) | (None, _) => url.to_owned(),
    }
}
