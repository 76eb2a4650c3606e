CREATE TABLE bundle (
    id             uuid PRIMARY KEY,
    title_id       uuid NOT NULL,
    title_kind     text NOT NULL,
    kind           text NOT NULL CONSTRAINT bundle_kind_check CHECK (kind IN ('Season', 'AdHoc', 'SeasonExtras', 'TitleExtras')),
    season_number  integer,
    label          text NOT NULL CONSTRAINT bundle_label_check CHECK (char_length(label) <= 200),
    storage_key    text COLLATE "C" NOT NULL,
    manifest_key   text COLLATE "C",
    size_bytes     bigint NOT NULL CONSTRAINT bundle_size_check CHECK (size_bytes > 0),
    sha256         text NOT NULL CONSTRAINT bundle_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    -- A published bundle past expires_at reads as expired; 'Expired' is stored only once its key was given to a successor.
    state          text NOT NULL CONSTRAINT bundle_state_check CHECK (state IN ('Pending', 'Verified', 'Published', 'Expired', 'Purged')),
    requires_token boolean NOT NULL,
    expires_at     timestamptz NOT NULL,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    version        bigint NOT NULL DEFAULT 1,
    CONSTRAINT bundle_title_fkey FOREIGN KEY (title_id, title_kind) REFERENCES title (id, kind),
    CONSTRAINT bundle_season_fkey FOREIGN KEY (title_id, season_number) REFERENCES season (title_id, number),
    CONSTRAINT bundle_series_check CHECK (kind = 'TitleExtras' OR title_kind = 'Series'),
    CONSTRAINT bundle_season_check CHECK ((kind IN ('Season', 'SeasonExtras')) = (season_number IS NOT NULL)),
    CONSTRAINT bundle_expiry_check CHECK (expires_at > created_at),
    CONSTRAINT bundle_title_key UNIQUE (title_id, id)
);

-- Of concurrent reservations of one key exactly one wins.
CREATE UNIQUE INDEX bundle_live_key ON bundle (storage_key) WHERE state IN ('Pending', 'Verified', 'Published');
CREATE INDEX bundle_storage_key_idx ON bundle (storage_key, created_at DESC);
CREATE INDEX bundle_manifest_key_idx ON bundle (manifest_key, created_at DESC) WHERE manifest_key IS NOT NULL;
CREATE INDEX bundle_created_idx ON bundle (created_at DESC, id DESC);
CREATE INDEX bundle_title_created_idx ON bundle (title_id, created_at DESC, id DESC);

CREATE TABLE bundle_episode (
    bundle_id  uuid NOT NULL,
    position   integer NOT NULL,
    title_id   uuid NOT NULL,
    episode_id uuid NOT NULL,
    PRIMARY KEY (bundle_id, position),
    CONSTRAINT bundle_episode_key UNIQUE (bundle_id, episode_id),
    CONSTRAINT bundle_episode_bundle_fkey FOREIGN KEY (title_id, bundle_id) REFERENCES bundle (title_id, id) ON DELETE CASCADE,
    CONSTRAINT bundle_episode_episode_fkey FOREIGN KEY (title_id, episode_id) REFERENCES episode (title_id, id)
);

CREATE INDEX bundle_episode_episode_idx ON bundle_episode (title_id, episode_id);
