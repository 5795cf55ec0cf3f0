CREATE TABLE tenants (
    name TEXT PRIMARY KEY,
    weight DOUBLE PRECISION NOT NULL,
    vtime DOUBLE PRECISION NOT NULL,
    queued BIGINT NOT NULL,
    running BIGINT NOT NULL
);

CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    scope TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    created DOUBLE PRECISION NOT NULL,
    expires DOUBLE PRECISION
);

CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL REFERENCES tenants (name),
    idem_key TEXT,
    request_sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    base TEXT,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    cancel_requested BIGINT NOT NULL,
    lease_until DOUBLE PRECISION NOT NULL,
    vtime DOUBLE PRECISION NOT NULL,
    phase TEXT NOT NULL,
    unserved BIGINT,
    vehicles BIGINT,
    cost DOUBLE PRECISION,
    bound DOUBLE PRECISION,
    status TEXT,
    has_plan BIGINT NOT NULL,
    error TEXT,
    created DOUBLE PRECISION NOT NULL,
    updated DOUBLE PRECISION NOT NULL,
    started DOUBLE PRECISION,
    finished DOUBLE PRECISION
);

CREATE UNIQUE INDEX jobs_idem_key ON jobs (tenant, idem_key) WHERE idem_key IS NOT NULL;
CREATE INDEX jobs_queue ON jobs (tenant, vtime, id) WHERE state = 'queued';
CREATE INDEX jobs_leases ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_finished ON jobs (finished) WHERE finished IS NOT NULL;
CREATE INDEX jobs_list ON jobs (tenant, id);

CREATE TABLE events (
    job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (job, seq)
);

-- A plan is written once: its primary key is a second lock beside the epoch.
CREATE TABLE documents (
    job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (job, kind)
);
