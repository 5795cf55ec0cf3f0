//! What is asked of the store without changing it.

use super::documents::{Document, StoredEvent};
use super::{COLUMNS, Store, StoreError, job};
use crate::service::jobs::state::Job;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

impl Store {
    /// A tenant's job.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] also for the jobs of others.
    pub async fn get(&self, tenant: &str, id: &str) -> Result<Job, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM jobs WHERE id = $1 AND tenant = $2");
        let row = sqlx::query(AssertSqlSafe(select)).bind(id).bind(tenant).fetch_optional(&self.pool).await?;
        Ok(job(&row.ok_or(StoreError::Unknown)?)?)
    }

    /// A tenant's jobs, youngest first, from those older than `before`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self, tenant: &str, before: Option<&str>, most: i64) -> Result<Vec<Job>, StoreError> {
        // Ids are lower case, so `~` comes after all of them.
        let select = format!("SELECT {COLUMNS} FROM jobs WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
        let query = sqlx::query(AssertSqlSafe(select)).bind(tenant).bind(before.unwrap_or("~")).bind(most);
        Ok(query.fetch_all(&self.pool).await?.iter().map(job).collect::<Result<_, _>>()?)
    }

    /// A document of a job, compressed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn document(&self, id: &str, kind: Document) -> Result<Option<Vec<u8>>, StoreError> {
        let select = "SELECT body FROM documents WHERE job = $1 AND kind = $2";
        let row = sqlx::query(select).bind(id).bind(kind.name()).fetch_optional(&self.pool).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// All documents of a job, compressed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn documents(&self, id: &str) -> Result<Vec<(Document, Vec<u8>)>, StoreError> {
        let select = "SELECT kind, body FROM documents WHERE job = $1";
        let rows = sqlx::query(select).bind(id).fetch_all(&self.pool).await?;
        let document = |row: &AnyRow| {
            let name: String = row.try_get(0)?;
            let kind = Document::ALL.into_iter().find(|kind| kind.name() == name);
            let kind = kind.ok_or_else(|| sqlx::Error::Decode("a document that this version does not know".into()))?;
            Ok((kind, row.try_get(1)?))
        };
        Ok(rows.iter().map(document).collect::<Result<_, sqlx::Error>>()?)
    }

    /// Which attempt wrote a document of a job.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn epoch_of(&self, id: &str, kind: Document) -> Result<Option<i64>, StoreError> {
        let select = "SELECT epoch FROM documents WHERE job = $1 AND kind = $2";
        let row = sqlx::query(select).bind(id).bind(kind.name()).fetch_optional(&self.pool).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// What was told about a job after an event, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn events(&self, id: &str, after: i64, most: i64) -> Result<Vec<StoredEvent>, StoreError> {
        let select = "SELECT seq, name, body FROM events WHERE job = $1 AND seq > $2 ORDER BY seq LIMIT $3";
        let rows = sqlx::query(select).bind(id).bind(after).bind(most).fetch_all(&self.pool).await?;
        let event =
            |row: &AnyRow| Ok(StoredEvent { seq: row.try_get(0)?, name: row.try_get(1)?, body: row.try_get(2)? });
        Ok(rows.iter().map(event).collect::<Result<_, sqlx::Error>>()?)
    }

    /// Jobs waiting and running: of a tenant, or of all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(&self, tenant: Option<&str>) -> Result<[i64; 2], StoreError> {
        let select = "SELECT CAST(COALESCE(SUM(queued), 0) AS BIGINT), CAST(COALESCE(SUM(running), 0) AS BIGINT) \
                      FROM tenants WHERE name = $1 OR $1 = ''";
        let row = sqlx::query(select).bind(tenant.unwrap_or("")).fetch_one(&self.pool).await?;
        Ok([row.try_get(0)?, row.try_get(1)?])
    }
}
