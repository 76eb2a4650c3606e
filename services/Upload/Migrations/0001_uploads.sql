-- One row per upload session. While its state is live (opening, pending, recording, closing) the row owns its key:
-- upload_live_key is what makes exactly one of concurrent creates win, whatever becomes of locks and processes.
--   opening    the row is there, but no URL was given out; the creator holds it until lease_until
--   pending    waiting for bytes
--   recording  the bytes were checked; the catalogue is being told; can no longer be aborted
--   closing    given up; the bucket and the catalogue are being cleaned; then it becomes what close_as says
CREATE TABLE upload (
    id                uuid PRIMARY KEY,
    owner             text NOT NULL,
    purpose           smallint NOT NULL,
    title_id          uuid NOT NULL,
    season_id         uuid,
    episode_id        uuid,
    bundle_id         uuid,
    asset_kind        smallint NOT NULL,
    language          text NOT NULL,
    storage_key       text NOT NULL CHECK (octet_length(storage_key) BETWEEN 1 AND 1024),
    file_name         text NOT NULL,
    size_bytes        bigint NOT NULL CHECK (size_bytes > 0),
    content_type      text NOT NULL,
    sha256            text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    method            smallint NOT NULL,
    part_size_bytes   bigint CHECK (part_size_bytes BETWEEN 5242880 AND 5368709120),
    encryption        smallint NOT NULL,
    storage_upload_id text,
    state             text NOT NULL
        CHECK (state IN ('opening', 'pending', 'recording', 'closing', 'completed', 'aborted', 'expired')),
    close_as          text CHECK (close_as IN ('aborted', 'expired', 'discarded')),
    lease_until       timestamptz NOT NULL,
    deadline          timestamptz NOT NULL,
    storage_etag      text,
    asset_id          uuid,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    -- 2 is UPLOAD_METHOD_MULTIPART, 4 and 5 are the purposes of bundles.
    CONSTRAINT upload_part_plan CHECK ((method = 2) = (part_size_bytes IS NOT NULL)),
    CONSTRAINT upload_storage_upload CHECK (method <> 2 OR state IN ('opening', 'closing', 'aborted', 'expired') OR storage_upload_id IS NOT NULL),
    CONSTRAINT upload_bundle CHECK ((purpose IN (4, 5)) = (bundle_id IS NOT NULL)),
    CONSTRAINT upload_closing CHECK ((state = 'closing') = (close_as IS NOT NULL)),
    CONSTRAINT upload_verified CHECK (state NOT IN ('recording', 'completed') OR storage_etag IS NOT NULL)
);

CREATE UNIQUE INDEX upload_live_key ON upload (storage_key) WHERE state IN ('opening', 'pending', 'recording', 'closing');
CREATE INDEX upload_by_title ON upload (title_id, id DESC);
CREATE INDEX upload_by_state ON upload (state, id DESC);
CREATE INDEX upload_by_bundle ON upload (bundle_id, id DESC) WHERE bundle_id IS NOT NULL;
CREATE INDEX upload_by_deadline ON upload (deadline) WHERE state IN ('opening', 'pending', 'recording', 'closing');
