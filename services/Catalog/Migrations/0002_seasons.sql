CREATE TABLE season (
    id         uuid PRIMARY KEY,
    title_id   uuid NOT NULL,
    -- Constant: with the foreign key it makes the title a series.
    title_kind text NOT NULL DEFAULT 'Series' CONSTRAINT season_title_kind_check CHECK (title_kind = 'Series'),
    number     integer NOT NULL CONSTRAINT season_number_check CHECK (number BETWEEN 0 AND 9999),
    name       text NOT NULL CONSTRAINT season_name_check CHECK (char_length(name) <= 200),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version    bigint NOT NULL DEFAULT 1,
    CONSTRAINT season_title_fkey FOREIGN KEY (title_id, title_kind) REFERENCES title (id, kind),
    CONSTRAINT season_number_key UNIQUE (title_id, number),
    CONSTRAINT season_scope_key UNIQUE (title_id, id)
);

CREATE TABLE episode (
    id          uuid PRIMARY KEY,
    title_id    uuid NOT NULL,
    season_id   uuid NOT NULL,
    number      integer NOT NULL CONSTRAINT episode_number_check CHECK (number BETWEEN 0 AND 99999),
    name        text NOT NULL CONSTRAINT episode_name_check CHECK (char_length(name) BETWEEN 1 AND 200),
    synopsis    text NOT NULL CONSTRAINT episode_synopsis_check CHECK (char_length(synopsis) <= 4000),
    duration_ms bigint NOT NULL CONSTRAINT episode_duration_check CHECK (duration_ms BETWEEN 0 AND 86400000),
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    version     bigint NOT NULL DEFAULT 1,
    CONSTRAINT episode_season_fkey FOREIGN KEY (title_id, season_id) REFERENCES season (title_id, id),
    CONSTRAINT episode_number_key UNIQUE (season_id, number),
    CONSTRAINT episode_scope_key UNIQUE (title_id, season_id, id),
    CONSTRAINT episode_title_key UNIQUE (title_id, id)
);
