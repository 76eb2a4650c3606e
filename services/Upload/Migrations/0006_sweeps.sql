-- The lease of the sweeper: one row. Who takes it over raises the token, so that whoever had it before can change nothing any more.
-- The token is part of a key: taking over waits for transactions that hold the row FOR KEY SHARE, and renewing does not.
CREATE TABLE sweep_lease (
    name         text PRIMARY KEY,
    token        bigint NOT NULL,
    expires_at   timestamptz NOT NULL,
    finished_at  timestamptz,
    succeeded_at timestamptz,
    CONSTRAINT sweep_lease_token_key UNIQUE (name, token)
);

-- Where a step of the sweep goes on that ran out of time.
CREATE TABLE sweep_cursor (
    step       text PRIMARY KEY,
    position   text COLLATE "C" NOT NULL,
    updated_at timestamptz NOT NULL
);

-- What the sweeps found, by key. Kinds are those of moviesnow.upload.v1.OrphanKind.
CREATE TABLE sweep_orphan (
    storage_key text COLLATE "C" NOT NULL,
    kind        smallint NOT NULL CHECK (kind IN (1, 2)),
    size_bytes  bigint NOT NULL,
    modified_at timestamptz,
    upload_id   uuid,
    found_at    timestamptz NOT NULL,
    -- When the loss was recorded; rows without object only.
    marked_at   timestamptz,
    PRIMARY KEY (storage_key, kind)
);

CREATE INDEX sweep_orphan_by_kind ON sweep_orphan (kind, storage_key);

-- Set when the session's key was looked at after its URLs had stopped working and no write could run any more.
ALTER TABLE upload ADD COLUMN cleared_at timestamptz;

CREATE INDEX upload_uncleared ON upload (id) WHERE state IN ('aborted', 'expired') AND cleared_at IS NULL;
CREATE INDEX upload_live ON upload (id) WHERE state IN ('opening', 'pending', 'recording', 'closing');
CREATE INDEX upload_completed_key ON upload (storage_key COLLATE "C", id DESC) WHERE state = 'completed' OR problem_reason = 'OBJECT_MISSING';
