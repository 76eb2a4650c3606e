-- Quality of experience, summed up from qoe_delta by minute, hour and day (UTC). Sums of days are kept for ever, so nothing here
-- leads to a viewer or a session.

-- What sums are kept for. `dimensions` says which of the columns behind it tell sums apart (1 title, 2 variant, 4 country, 8 device,
-- 16 app version); the others are zero or empty. The id is a hash of all of them, so that a sum is found without this table.
CREATE TABLE qoe_key (
    id          uuid PRIMARY KEY,
    dimensions  smallint NOT NULL,
    title_id    uuid NOT NULL,
    variant_id  uuid NOT NULL,
    country     text NOT NULL,
    device      text NOT NULL,
    app_version text NOT NULL
);

CREATE INDEX qoe_key_filter ON qoe_key (dimensions, title_id, country, device, app_version);
CREATE INDEX qoe_key_variant ON qoe_key (variant_id) WHERE dimensions = 31;

-- None of the texts has line breaks.
CREATE FUNCTION qoe_key_id(dimensions integer, title_id uuid, variant_id uuid, country text, device text, app_version text) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN md5(dimensions::text || E'\n' || title_id::text || E'\n' || variant_id::text || E'\n' || country || E'\n' || device || E'\n' || app_version)::uuid;

-- Minutes are kept for some weeks. They know three sets of dimensions: all, country with device and app version, and none.
CREATE TABLE qoe_minute (
    key                 uuid NOT NULL,
    moment              timestamptz NOT NULL,
    session_count       bigint NOT NULL,
    start_count         bigint NOT NULL,
    exits_before_start  bigint NOT NULL,
    start_failures      bigint NOT NULL,
    playback_failures   bigint NOT NULL,
    completions         bigint NOT NULL,
    watch_ms            bigint NOT NULL,
    hidden_watch_ms     bigint NOT NULL,
    rebuffer_count      bigint NOT NULL,
    rebuffer_ms         bigint NOT NULL,
    seek_rebuffer_count bigint NOT NULL,
    seek_rebuffer_ms    bigint NOT NULL,
    bitrate_ms          bigint NOT NULL,
    bits                bigint NOT NULL,
    rendition_changes   bigint NOT NULL,
    present_ms          bigint NOT NULL,
    PRIMARY KEY (key, moment)
) WITH (fillfactor = 80);

-- Hours and days also know the title alone, and each choice of country, device and app version: what analysts filter by is found
-- in one row for each hour or day.
CREATE TABLE qoe_hour (
    LIKE qoe_minute INCLUDING ALL,
    -- present_ms of each minute in which it is not zero; the subscript is the minute, 0 to 59. Peaks of concurrency come from it.
    presence bigint[]
) WITH (fillfactor = 80);

CREATE TABLE qoe_day (LIKE qoe_minute INCLUDING ALL) WITH (fillfactor = 80);

-- For retention, and for the last minutes of all keys.
CREATE INDEX qoe_minute_moment ON qoe_minute (moment);
CREATE INDEX qoe_hour_moment ON qoe_hour (moment);

-- Sketches of startup times: how many starts fell into each bucket. The index has all that is read, for a month has many buckets.
CREATE TABLE qoe_minute_startup (
    key    uuid NOT NULL,
    moment timestamptz NOT NULL,
    bucket smallint NOT NULL,
    starts bigint NOT NULL,
    PRIMARY KEY (key, moment, bucket) INCLUDE (starts)
);

CREATE TABLE qoe_hour_startup (LIKE qoe_minute_startup INCLUDING ALL);
CREATE TABLE qoe_day_startup (LIKE qoe_minute_startup INCLUDING ALL);

CREATE INDEX qoe_minute_startup_moment ON qoe_minute_startup (moment);
CREATE INDEX qoe_hour_startup_moment ON qoe_hour_startup (moment);

-- Everything that was committed before this moment is summed up.
CREATE TABLE qoe_progress (
    is_only        boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    complete_until timestamptz NOT NULL
);

INSERT INTO qoe_progress (complete_until) VALUES (clock_timestamp());

-- The presence of an hour, from that of some of its minutes.
CREATE FUNCTION qoe_presence(minutes integer[], present bigint[]) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    result bigint[];
BEGIN
    FOR i IN 1 .. cardinality(minutes) LOOP
        IF present[i] <> 0 THEN
            result[minutes[i]] := present[i];
        END IF;
    END LOOP;
    RETURN result;
END $$;

-- The sum of two presences, minute by minute.
CREATE FUNCTION qoe_presence_sum(a bigint[], b bigint[]) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF a IS NULL OR b IS NULL THEN
        RETURN coalesce(a, b);
    END IF;
    FOR i IN array_lower(b, 1) .. array_upper(b, 1) LOOP
        IF b[i] IS NOT NULL THEN
            a[i] := coalesce(a[i], 0) + b[i];
        END IF;
    END LOOP;
    RETURN a;
END $$;

-- The delta table is a queue: what was taken is cleaned up soon, however many rows it has.
ALTER TABLE qoe_delta SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
