-- What IMDb's title.basics said last of episodes without a place goes after a time.
ALTER TABLE imdb_episode ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX imdb_episode_updated_idx ON imdb_episode (updated_at);

-- How far the search keys of all titles have been brought up to a version of the rules that make them.
CREATE TABLE search_key_backfill (
    rules    integer CONSTRAINT search_key_backfill_key PRIMARY KEY,
    -- Titles up to this id are done.
    after_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    is_done  boolean NOT NULL DEFAULT false
);
