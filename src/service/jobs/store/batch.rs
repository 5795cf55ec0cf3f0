//! Statements that are written once and executed together: in two steps on SQLite, in one round trip on PostgreSQL.

use super::Dialect;
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Row as _};
use std::fmt::Write as _;

/// What stands for a parameter of a statement.
pub(super) enum Value<'v> {
    Text(&'v str),
    OptionalText(Option<&'v str>),
    Integer(i64),
    OptionalInteger(Option<i64>),
    Double(f64),
    Bytes(&'v [u8]),
}

/// Statements that belong together, the first of which decides whether the others are executed.
pub(super) struct Batch<'v> {
    parts: Vec<(&'static str, Vec<Value<'v>>)>,
}

impl<'v> Batch<'v> {
    /// A first statement, with its parameters `$1`, `$2` and so on.
    pub(super) fn new(statement: &'static str, values: Vec<Value<'v>>) -> Self {
        Self { parts: vec![(statement, values)] }
    }

    /// A further statement, with parameters of its own: an insertion of `VALUES`, or one that ends with a condition.
    pub(super) fn add(&mut self, statement: &'static str, values: Vec<Value<'v>>) {
        self.parts.push((statement, values));
    }

    /// Executes all of them, or none where the first meets no row. Whether it has met one.
    pub(super) async fn execute(self, connection: &mut AnyConnection, dialect: Dialect) -> Result<bool, sqlx::Error> {
        match dialect {
            Dialect::Sqlite => self.first_and_rest(connection).await,
            Dialect::Postgres => self.joined(connection).await,
        }
    }

    /// Every step wakes the thread that SQLite has for a connection, and waits for it.
    async fn first_and_rest(self, connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
        let mut parts = self.parts.into_iter();
        let (first, values) = parts.next().expect("a batch has a first statement");
        let done = values.into_iter().fold(sqlx::query(first), bound).execute(&mut *connection).await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        let mut rest = Vec::new();
        let mut all_values = Vec::new();
        for (statement, values) in parts {
            rest.push(numbered(statement, all_values.len()));
            all_values.extend(values);
        }
        if !rest.is_empty() {
            let query = sqlx::query(AssertSqlSafe(rest.join("; ")));
            all_values.into_iter().fold(query, bound).execute(connection).await?;
        }
        Ok(true)
    }

    async fn joined(self, connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
        let statements: Vec<_> = self.parts.iter().map(|(statement, values)| (*statement, values.len())).collect();
        let query = sqlx::query(AssertSqlSafe(joined(&statements)));
        let values = self.parts.into_iter().flat_map(|(_, values)| values);
        let row = values.fold(query, bound).fetch_one(connection).await?;
        Ok(row.try_get::<i64, _>(0)? > 0)
    }
}

fn bound<'q>(query: Query<'q, Any, AnyArguments>, value: Value<'q>) -> Query<'q, Any, AnyArguments> {
    match value {
        Value::Text(text) => query.bind(text),
        Value::OptionalText(text) => query.bind(text),
        Value::Integer(number) => query.bind(number),
        Value::OptionalInteger(number) => query.bind(number),
        Value::Double(number) => query.bind(number),
        Value::Bytes(bytes) => query.bind(bytes),
    }
}

/// Statements, each with the number of its parameters, as one that counts the rows which the first has met.
fn joined(statements: &[(&str, usize)]) -> String {
    let mut text = String::from("WITH ");
    let mut n_before = 0;
    for (i, (statement, n)) in statements.iter().enumerate() {
        let statement = if i == 0 { (*statement).to_owned() } else { guarded(statement) };
        write!(text, "part{i} AS ({} RETURNING 1), ", numbered(&statement, n_before)).expect("a string takes any text");
        n_before += n;
    }
    text.truncate(text.len() - 2);
    text.push_str(" SELECT COUNT(*) FROM part0");
    text
}

/// A statement whose parameters come after `n_before` others.
fn numbered(statement: &str, n_before: usize) -> String {
    let mut pieces = statement.split('$');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|c: char| !c.is_ascii_digit()).unwrap_or(piece.len());
        let number: usize = piece[..end].parse().expect("parameters are numbered");
        write!(text, "${}{}", number + n_before, &piece[end..]).expect("a string takes any text");
    }
    text
}

/// A statement that does nothing where the first of its batch has met no row.
fn guarded(statement: &str) -> String {
    let guard = "EXISTS (SELECT 1 FROM part0)";
    match statement.split_once("VALUES (").and_then(|(into, rest)| Some((into, rest.split_once(')')?))) {
        Some((into, (values, rest))) => format!("{into}SELECT {values} WHERE {guard}{rest}"),
        None => format!("{statement} AND {guard}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Batch, Value, joined};
    use crate::service::jobs::Store;
    use sqlx::Row as _;

    /// The change of a job that somebody else has changed since brings no document and no event with it.
    #[test]
    fn what_belongs_to_a_change_is_written_with_it_or_not_at_all() {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite:{}", folder.path().join("jobs.db").display());
            let store = Store::open(&url).await.unwrap();
            store.weigh("a", 1.0).await.unwrap();
            for (tenant, sum) in [("nobody", 1.0), ("a", 5.0)] {
                let mut batch = Batch::new(
                    "UPDATE tenants SET weight = $2 WHERE name = $1",
                    vec![Value::Text(tenant), Value::Double(2.0)],
                );
                batch.add(
                    "INSERT INTO tenants (name, weight, vtime, queued, running) VALUES ($1, $2, 0, 0, 0)",
                    vec![Value::Text("b"), Value::Double(3.0)],
                );
                let mut writing = store.begin().await.unwrap();
                let is_written = batch.execute(&mut writing.transaction, store.dialect).await.unwrap();
                writing.commit().await.unwrap();
                assert_eq!(is_written, tenant == "a");
                let weights = sqlx::query("SELECT SUM(weight) FROM tenants").fetch_one(&store.pool).await.unwrap();
                assert_eq!(weights.try_get::<f64, _>(0).unwrap(), sum);
            }
        });
    }

    #[test]
    fn parameters_are_numbered_through_and_later_statements_guarded() {
        let insert = "INSERT INTO f (g, h) VALUES ($1, $2) ON CONFLICT (g) DO NOTHING";
        let statements = [("UPDATE a SET b = $1 WHERE c = $2", 2), ("DELETE FROM d WHERE e = $1", 1), (insert, 2)];
        assert_eq!(
            joined(&statements),
            "WITH part0 AS (UPDATE a SET b = $1 WHERE c = $2 RETURNING 1), \
             part1 AS (DELETE FROM d WHERE e = $3 AND EXISTS (SELECT 1 FROM part0) RETURNING 1), \
             part2 AS (INSERT INTO f (g, h) SELECT $4, $5 WHERE EXISTS (SELECT 1 FROM part0) ON CONFLICT (g) DO NOTHING \
             RETURNING 1) \
             SELECT COUNT(*) FROM part0"
        );
    }
}
