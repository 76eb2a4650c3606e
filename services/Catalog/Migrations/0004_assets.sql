CREATE TABLE asset (
    id          uuid PRIMARY KEY,
    title_id    uuid NOT NULL CONSTRAINT asset_title_fkey REFERENCES title (id),
    season_id   uuid,
    episode_id  uuid,
    kind        text COLLATE "C" NOT NULL CONSTRAINT asset_kind_check CHECK (kind IN (
        'Original', 'Video', 'Trailer', 'Teaser', 'Clip', 'Poster', 'Backdrop', 'Still', 'Thumbnail', 'Banner', 'Logo',
        'Subtitle', 'Caption', 'Audio', 'Download', 'Bundle')),
    storage_key text COLLATE "C" NOT NULL CONSTRAINT asset_storage_key_key UNIQUE,
    language    text NOT NULL,
    mime_type   text NOT NULL,
    size_bytes  bigint NOT NULL CONSTRAINT asset_size_check CHECK (size_bytes >= 0),
    sha256      text NOT NULL CONSTRAINT asset_sha256_check CHECK (sha256 = '' OR sha256 ~ '^[0-9a-f]{64}$'),
    width       integer NOT NULL CONSTRAINT asset_width_check CHECK (width BETWEEN 0 AND 16384),
    height      integer NOT NULL CONSTRAINT asset_height_check CHECK (height BETWEEN 0 AND 16384),
    duration_ms bigint NOT NULL CONSTRAINT asset_duration_check CHECK (duration_ms BETWEEN 0 AND 86400000),
    frame_rate  double precision NOT NULL CONSTRAINT asset_frame_rate_check CHECK (frame_rate BETWEEN 0 AND 300),
    codecs      text NOT NULL CONSTRAINT asset_codecs_check CHECK (char_length(codecs) <= 200),
    is_primary  boolean NOT NULL,
    sort_order  integer NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    version     bigint NOT NULL DEFAULT 1,
    -- Each level names all levels above it, so that a scope cannot contradict itself.
    CONSTRAINT asset_season_fkey FOREIGN KEY (title_id, season_id) REFERENCES season (title_id, id),
    CONSTRAINT asset_episode_fkey FOREIGN KEY (title_id, season_id, episode_id) REFERENCES episode (title_id, season_id, id),
    CONSTRAINT asset_scope_check CHECK (episode_id IS NULL OR season_id IS NOT NULL)
);

CREATE UNIQUE INDEX asset_primary_key ON asset (title_id, season_id, episode_id, kind, lower(language)) NULLS NOT DISTINCT WHERE is_primary;
CREATE INDEX asset_scope_idx ON asset (title_id, season_id, episode_id, kind, sort_order, id);
