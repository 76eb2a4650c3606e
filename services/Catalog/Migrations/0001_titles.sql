-- Values of enumerations are stored by their names in the contract's C# types. Times are UTC.
CREATE TABLE title (
    id                uuid PRIMARY KEY,
    kind              text NOT NULL CONSTRAINT title_kind_check CHECK (kind IN ('Movie', 'Series')),
    name              text NOT NULL CONSTRAINT title_name_check CHECK (char_length(name) BETWEEN 1 AND 200),
    -- The name as it is sorted and searched: folded by the service, so that no database locale has a say.
    name_key          text COLLATE "C" NOT NULL,
    synopsis          text NOT NULL CONSTRAINT title_synopsis_check CHECK (char_length(synopsis) <= 4000),
    original_language text NOT NULL,
    release_year      integer NOT NULL CONSTRAINT title_release_year_check CHECK (release_year = 0 OR release_year BETWEEN 1870 AND 2200),
    state             text NOT NULL CONSTRAINT title_state_check CHECK (state IN ('Draft', 'Published', 'Archived')),
    available_from    timestamptz,
    available_until   timestamptz,
    country_rule      text NOT NULL CONSTRAINT title_country_rule_check CHECK (country_rule IN ('Unspecified', 'Include', 'Exclude')),
    countries         text[] NOT NULL,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    version           bigint NOT NULL DEFAULT 1,
    CONSTRAINT title_window_check CHECK (available_until > available_from),
    CONSTRAINT title_countries_check CHECK ((country_rule = 'Unspecified') = (cardinality(countries) = 0)),
    -- What belongs to series only refers to both columns.
    CONSTRAINT title_id_kind_key UNIQUE (id, kind)
);

CREATE INDEX title_name_idx ON title (name_key, id);
CREATE INDEX title_published_name_idx ON title (name_key, id) WHERE state = 'Published';
