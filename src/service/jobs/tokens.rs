//! Tokens: who may ask, for whom, and for what.
//!
//! A token reads `hubroute_<id>_<secret>`. The store keeps the SHA-256 of the secret, which is random and long enough to
//! need no more; it is looked up by its id and compared in constant time.

use super::store::{Store, StoreError, or_absent};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Row as _};
use std::fmt::Write as _;
use std::str::FromStr;
use subtle::ConstantTimeEq as _;

/// What a token may do. Each includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Look at jobs.
    Read,
    /// Ask for, and stop, jobs.
    Submit,
    /// Look at the whole service.
    Admin,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Read, Self::Submit, Self::Admin];

    /// As it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Submit => "submit",
            Self::Admin => "admin",
        }
    }
}

impl FromStr for Scope {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let known = || Self::ALL.map(Self::name).join(", ");
        Self::ALL.into_iter().find(|scope| scope.name() == text).ok_or_else(|| format!("choose from: {}", known()))
    }
}

/// Whom a request speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Public part of the token; empty where none is needed.
    pub token: String,
    /// Whose jobs it sees.
    pub tenant: String,
    /// What it may do.
    pub scope: Scope,
}

/// A token as it is listed.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenRow {
    /// Public part.
    pub id: String,
    /// Whose jobs it sees.
    pub tenant: String,
    /// What it may do.
    pub scope: String,
    /// Whether its time is over.
    pub expired: bool,
}

const PREFIX: &str = "hubroute_";

impl Store {
    /// Makes a token and returns it. It cannot be shown again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_token(&self, tenant: &str, scope: Scope, days: Option<f64>) -> Result<String, StoreError> {
        let (id, secret) = (random_hex::<6>(), random_hex::<32>());
        let insert = format!(
            "INSERT INTO tokens (id, tenant, scope, sha256, created, expires) VALUES ($1, $2, $3, $4, {now}, {now} + NULLIF($5, -1e300))",
            now = self.dialect.now()
        );
        let insert = sqlx::query(AssertSqlSafe(insert)).bind(id.as_str()).bind(tenant).bind(scope.name());
        let insert = insert.bind(sha256(&secret)).bind(or_absent(days.map(|days| days * 86_400.0)));
        self.execute(insert).await?;
        Ok(format!("{PREFIX}{id}_{secret}"))
    }

    /// Every token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tokens(&self) -> Result<Vec<TokenRow>, StoreError> {
        let now = self.dialect.now();
        let select = format!(
            "SELECT id, tenant, scope, CAST(CASE WHEN expires < {now} THEN 1 ELSE 0 END AS BIGINT) FROM tokens ORDER BY created"
        );
        let mut tokens = Vec::new();
        for row in sqlx::query(AssertSqlSafe(select)).fetch_all(&self.pool).await? {
            let expired = row.try_get::<i64, _>(3)? != 0;
            tokens.push(TokenRow { id: row.try_get(0)?, tenant: row.try_get(1)?, scope: row.try_get(2)?, expired });
        }
        Ok(tokens)
    }

    /// Takes a token back. Whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_token(&self, id: &str) -> Result<bool, StoreError> {
        Ok(self.execute(sqlx::query("DELETE FROM tokens WHERE id = $1").bind(id)).await? > 0)
    }

    /// Whom a token speaks for; `None` when it is wrong, revoked or expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn caller(&self, token: &str) -> Result<Option<Caller>, StoreError> {
        let parts = token.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_'));
        let Some((id, secret)) = parts else { return Ok(None) };
        let select = format!(
            "SELECT tenant, scope, sha256 FROM tokens WHERE id = $1 AND (expires IS NULL OR expires > {})",
            self.dialect.now()
        );
        let row = sqlx::query(AssertSqlSafe(select)).bind(id).fetch_optional(&self.pool).await?;
        let Some(row) = row else { return Ok(None) };
        let known: String = row.try_get(2)?;
        let scope = row.try_get::<String, _>(1)?.parse().ok();
        let same = bool::from(known.as_bytes().ct_eq(sha256(secret).as_bytes()));
        let tenant = row.try_get(0)?;
        Ok(scope.filter(|_| same).map(|scope| Caller { token: id.to_owned(), tenant, scope }))
    }
}

/// SHA-256 in hexadecimal.
pub(in crate::service) fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

fn random_hex<const BYTES: usize>() -> String {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).expect("the operating system has random bytes");
    hex(&bytes)
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a string takes any text");
    }
    text
}
