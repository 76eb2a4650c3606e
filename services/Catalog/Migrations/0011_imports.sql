-- How far the imports of files are. The position moves in the transaction that stores the lines before it.
CREATE TABLE catalog_import (
    id              uuid PRIMARY KEY,
    format          text NOT NULL,
    source_name     text NOT NULL,
    state           text NOT NULL CONSTRAINT catalog_import_state_check CHECK (state IN ('Incomplete', 'Completed')),
    committed_bytes bigint NOT NULL DEFAULT 0,
    committed_lines bigint NOT NULL DEFAULT 0,
    created_count   bigint NOT NULL DEFAULT 0,
    updated_count   bigint NOT NULL DEFAULT 0,
    unchanged_count bigint NOT NULL DEFAULT 0,
    skipped_count   bigint NOT NULL DEFAULT 0,
    rejected_count  bigint NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL
);

-- Lines that broke a rule: fields and reasons belong together by position.
CREATE TABLE catalog_import_rejection (
    import_id uuid NOT NULL CONSTRAINT catalog_import_rejection_import_fkey REFERENCES catalog_import (id) ON DELETE CASCADE,
    line      bigint NOT NULL,
    fields    text[] NOT NULL,
    reasons   text[] NOT NULL,
    excerpt   text NOT NULL,
    CONSTRAINT catalog_import_rejection_key PRIMARY KEY (import_id, line)
);

-- Ids of a file for rows that have another id here, because they were found by an external id or a number.
CREATE TABLE catalog_import_alias (
    import_id uuid NOT NULL CONSTRAINT catalog_import_alias_import_fkey REFERENCES catalog_import (id) ON DELETE CASCADE,
    source_id uuid NOT NULL,
    target_id uuid NOT NULL,
    CONSTRAINT catalog_import_alias_key PRIMARY KEY (import_id, source_id)
);

-- What IMDb's title.basics says of episodes: they wait here until title.episode tells their places.
CREATE TABLE imdb_episode (
    id          text COLLATE "C" PRIMARY KEY,
    name        text NOT NULL,
    duration_ms bigint NOT NULL
);
