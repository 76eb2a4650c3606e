-- One row per HLS package: a tree of files below a prefix that carries the row's id, so that no other package ever writes there.
--   pending     waiting for files
--   recording   every object was checked; the catalogue is being told what publication says; can no longer be aborted
--   completed   it is the one that is played
--   superseded  another package took its place; its objects may be removed from remove_after on
--   closing     given up; its objects are being removed; then it becomes what close_as says
CREATE TABLE package_upload (
    id             uuid PRIMARY KEY,
    owner          text NOT NULL,
    title_id       uuid NOT NULL,
    season_id      uuid,
    episode_id     uuid,
    encryption     smallint NOT NULL,
    state          text COLLATE "C" NOT NULL
        CHECK (state IN ('pending', 'recording', 'completed', 'superseded', 'closing', 'aborted', 'expired')),
    close_as       text COLLATE "C" CHECK (close_as IN ('aborted', 'expired')),
    deadline       timestamptz NOT NULL,
    file_count     integer NOT NULL DEFAULT 0 CONSTRAINT package_upload_file_count_check CHECK (file_count BETWEEN 0 AND 20000),
    total_bytes    bigint NOT NULL DEFAULT 0 CHECK (total_bytes >= 0),
    -- Until when URLs that were given out can write below the prefix; null when there was none.
    writable_until timestamptz,
    -- How often objects were removed to be sent again: a check that began before such a removal does not count.
    removals       integer NOT NULL DEFAULT 0,
    -- What the catalogue is told, a PublishPackageRequest, so that anybody can finish a recording.
    publication    bytea,
    -- Orders the packages of a film or episode by when they were checked.
    revision       bigint,
    asset_id       uuid,
    superseded_by  uuid,
    remove_after   timestamptz,
    -- When nothing was left below the prefix, and nothing could write there any more.
    cleared_at     timestamptz,
    effect_id      uuid CONSTRAINT package_upload_effect_key UNIQUE,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    CONSTRAINT package_upload_episode CHECK ((season_id IS NULL) = (episode_id IS NULL)),
    CONSTRAINT package_upload_closing CHECK ((state = 'closing') = (close_as IS NOT NULL)),
    CONSTRAINT package_upload_recording CHECK ((state = 'recording') = (publication IS NOT NULL)),
    CONSTRAINT package_upload_checked CHECK ((state IN ('recording', 'completed', 'superseded')) = (revision IS NOT NULL)),
    CONSTRAINT package_upload_completed CHECK (state <> 'completed' OR asset_id IS NOT NULL),
    CONSTRAINT package_upload_superseded CHECK ((state = 'superseded') = (remove_after IS NOT NULL))
);

CREATE UNIQUE INDEX package_upload_revision_key ON package_upload (title_id, episode_id, revision) NULLS NOT DISTINCT WHERE revision IS NOT NULL;
CREATE UNIQUE INDEX package_upload_completed_key ON package_upload (title_id, episode_id) NULLS NOT DISTINCT WHERE state = 'completed';
CREATE INDEX package_upload_by_title ON package_upload (title_id, id DESC);
CREATE INDEX package_upload_by_state ON package_upload (state, id DESC);
-- For the sweeper: what has no end yet, and what is still to be removed.
CREATE INDEX package_upload_open ON package_upload (deadline) WHERE state IN ('pending', 'recording', 'closing');
CREATE INDEX package_upload_uncleared ON package_upload (id) WHERE state IN ('superseded', 'aborted', 'expired') AND cleared_at IS NULL;

-- The files that were declared; they go when the prefix is cleared.
CREATE TABLE package_file (
    package_id    uuid NOT NULL REFERENCES package_upload (id) ON DELETE CASCADE,
    path          text COLLATE "C" NOT NULL CHECK (octet_length(path) BETWEEN 1 AND 700),
    size_bytes    bigint NOT NULL CHECK (size_bytes BETWEEN 1 AND 5368709120),
    sha256        bytea NOT NULL CHECK (octet_length(sha256) = 32),
    -- ETags of objects that were read where storage keeps no checksums: the one that had the declared digest, and one that had another.
    checked_etag  text COLLATE "C",
    rejected_etag text COLLATE "C",
    PRIMARY KEY (package_id, path)
);

-- Two files that differ in case only are one on the disks of many who would unpack them.
CREATE UNIQUE INDEX package_file_folded_key ON package_file (package_id, lower(path));
