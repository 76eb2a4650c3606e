-- Search finds names that contain or resemble a text by their trigrams.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

ALTER TABLE title
    ADD COLUMN original_name   text NOT NULL DEFAULT '' CONSTRAINT title_original_name_check CHECK (char_length(original_name) <= 200),
    ADD COLUMN sort_name       text NOT NULL DEFAULT '' CONSTRAINT title_sort_name_check CHECK (char_length(sort_name) <= 200),
    ADD COLUMN genres          text[] NOT NULL DEFAULT '{}' CONSTRAINT title_genres_check CHECK (cardinality(genres) <= 20),
    -- Each a country and what its body says, such as 'US PG-13'.
    ADD COLUMN content_ratings text[] NOT NULL DEFAULT '{}' CONSTRAINT title_content_ratings_check CHECK (cardinality(content_ratings) <= 50),
    ADD COLUMN duration_ms     bigint NOT NULL DEFAULT 0 CONSTRAINT title_duration_check CHECK (duration_ms BETWEEN 0 AND 86400000),
    ADD COLUMN is_adult        boolean NOT NULL DEFAULT false,
    ADD COLUMN end_year        integer NOT NULL DEFAULT 0,
    -- The names as they are searched, folded by the service: the display name's words; all names, each for itself; and all as one text,
    -- where each name begins with a line break and a space and ends with a space, so that a word begins after a space wherever it stands.
    ADD COLUMN display_key     text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN name_keys       text[] COLLATE "C" NOT NULL DEFAULT '{}',
    ADD COLUMN search_text     text COLLATE "C" NOT NULL DEFAULT '',
    ADD CONSTRAINT title_end_year_check CHECK (end_year = 0 OR (kind = 'Series' AND end_year BETWEEN GREATEST(release_year, 1870) AND 2200));

UPDATE title SET display_key = name_key, name_keys = ARRAY[name_key], search_text = E'\n ' || name_key || ' ';

CREATE INDEX title_display_key_idx ON title (display_key, id);
CREATE INDEX title_name_keys_idx ON title USING gin (name_keys);
CREATE INDEX title_search_text_idx ON title USING gin (search_text gin_trgm_ops);
CREATE INDEX title_genres_idx ON title USING gin (genres);

ALTER TABLE season
    ADD COLUMN synopsis text NOT NULL DEFAULT '' CONSTRAINT season_synopsis_check CHECK (char_length(synopsis) <= 4000);

ALTER TABLE episode
    ADD COLUMN air_date date CONSTRAINT episode_air_date_check CHECK (air_date BETWEEN '1870-01-01' AND '2200-12-31');

-- Ids of titles and episodes in other catalogues. The primary key keeps a value from being given twice, whatever has it.
CREATE TABLE external_id (
    scheme     text COLLATE "C" NOT NULL,
    value      text COLLATE "C" NOT NULL,
    title_id   uuid NOT NULL CONSTRAINT external_id_title_fkey REFERENCES title (id) ON DELETE CASCADE,
    -- Null for the id of the title itself.
    episode_id uuid,
    CONSTRAINT external_id_key PRIMARY KEY (scheme, value),
    CONSTRAINT external_id_episode_fkey FOREIGN KEY (title_id, episode_id) REFERENCES episode (title_id, id) ON DELETE CASCADE,
    CONSTRAINT external_id_work_key UNIQUE NULLS NOT DISTINCT (title_id, episode_id, scheme),
    CONSTRAINT external_id_value_check CHECK (CASE scheme
        WHEN 'Imdb' THEN value ~ '^tt[0-9]{7,10}$'
        WHEN 'Tmdb' THEN value ~ '^(movie|tv|episode)/[1-9][0-9]{0,9}$'
        WHEN 'Eidr' THEN value ~ '^10\.5240/([0-9A-F]{4}-){5}[0-9A-Z]$'
        ELSE false END)
);
