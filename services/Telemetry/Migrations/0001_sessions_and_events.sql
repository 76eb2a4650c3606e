-- Everything is partitioned by the day on which a session started. A session's id is a UUIDv7, which begins with that moment
-- in milliseconds, so ranges of ids are ranges of time: the id alone leads to the partition, and (session, sequence) can be
-- unique without a date beside it. Retention drops whole days.

CREATE TABLE playback_session (
    id                   uuid PRIMARY KEY,
    started_at           timestamptz NOT NULL,
    client_started_at    timestamptz,
    viewer               text NOT NULL,
    title_id             uuid NOT NULL,
    episode_id           uuid,
    variant_id           uuid,
    device               text NOT NULL,
    app_name             text NOT NULL,
    app_version          text NOT NULL,
    network              smallint NOT NULL,
    country              text NOT NULL,
    address_hash         bytea,
    user_agent           text,
    -- The summary of the events: what callers see ...
    state                smallint NOT NULL,
    end_reason           smallint NOT NULL,
    ended_at             timestamptz,
    last_event_at        timestamptz NOT NULL,
    event_count          bigint NOT NULL,
    last_sequence        integer NOT NULL,
    furthest_position_ms integer NOT NULL,
    -- ... and the latest event of each kind, from which state and end follow in whatever order events arrive.
    play_sequence        integer NOT NULL,
    pause_sequence       integer NOT NULL,
    resume_sequence      integer NOT NULL,
    error_sequence       integer NOT NULL,
    errored_at           timestamptz,
    complete_sequence    integer NOT NULL,
    complete_reason      smallint NOT NULL,
    completed_at         timestamptz,
    CONSTRAINT playback_session_address_is_hashed CHECK (octet_length(address_hash) = 32),
    CONSTRAINT playback_session_state CHECK (state BETWEEN 1 AND 5 AND (state IN (4, 5)) = (ended_at IS NOT NULL) AND (state IN (4, 5)) = (end_reason > 0)),
    CONSTRAINT playback_session_times CHECK (ended_at >= started_at)
) PARTITION BY RANGE (id);

CREATE INDEX playback_session_title ON playback_session (title_id, id DESC);
CREATE INDEX playback_session_viewer ON playback_session (viewer, id DESC) WHERE viewer <> '';

CREATE TABLE playback_event (
    session_id       uuid NOT NULL,
    client_time      timestamptz NOT NULL,
    received_at      timestamptz NOT NULL,
    sequence         integer NOT NULL,
    position_ms      integer NOT NULL,
    from_position_ms integer NOT NULL,
    bitrate_bps      integer NOT NULL,
    type             smallint NOT NULL,
    complete_reason  smallint NOT NULL,
    is_fatal         boolean NOT NULL,
    variant_id       uuid,
    error_code       text,
    attributes_json  text,
    PRIMARY KEY (session_id, sequence),
    CONSTRAINT playback_event_numbers CHECK (sequence BETWEEN 1 AND 10000000 AND position_ms BETWEEN 0 AND 86400000
        AND from_position_ms BETWEEN 0 AND 86400000 AND bitrate_bps BETWEEN 0 AND 1000000000),
    CONSTRAINT playback_event_attributes_bounded CHECK (octet_length(attributes_json) <= 2048)
) PARTITION BY RANGE (session_id);

-- Events that were not usable, as they were sent (a serialized PlaybackEvent), once each however often they are sent.
CREATE TABLE rejected_event (
    session_id     uuid NOT NULL,
    payload_sha256 bytea NOT NULL,
    id             uuid NOT NULL,
    received_at    timestamptz NOT NULL,
    reason         text NOT NULL,
    payload        bytea NOT NULL,
    PRIMARY KEY (session_id, payload_sha256),
    CONSTRAINT rejected_event_payload_bounded CHECK (octet_length(payload) <= 8192)
) PARTITION BY RANGE (session_id);

CREATE INDEX rejected_event_id ON rejected_event (id DESC);

-- The least id of the sessions that start on a day (UTC).
CREATE FUNCTION first_session_id(day date) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT
RETURN (lpad(to_hex((extract(epoch FROM day) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;

-- Creates the partitions of some days, unless they are there. Attaching, unlike CREATE ... PARTITION OF, does not wait for
-- readers and writers of the other days, nor do they wait for it.
CREATE FUNCTION create_day_partitions(first_day date, days integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    day date;
    parent text;
    child text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('telemetry day partitions'));
    FOR day IN SELECT first_day + n FROM generate_series(0, days - 1) AS n LOOP
        FOREACH parent IN ARRAY ARRAY['playback_session', 'playback_event', 'rejected_event'] LOOP
            child := parent || '_' || to_char(day, 'YYYYMMDD');
            CONTINUE WHEN to_regclass(child) IS NOT NULL;
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', child, parent);
            IF parent = 'playback_session' THEN
                -- Session rows are updated with every batch: room on the page keeps the new version beside the old one.
                EXECUTE format('ALTER TABLE %I SET (fillfactor = 70)', child);
            END IF;
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                parent, child, first_session_id(day), first_session_id(day + 1));
        END LOOP;
    END LOOP;
END $$;

-- Drops the partitions of all days before one, and says how many. Tables are locked in the order in which writers lock them;
-- whoever cannot get a lock soon tries again another time.
CREATE FUNCTION drop_day_partitions(before_day date) RETURNS integer LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
DECLARE
    parent text;
    child text;
    dropped integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('telemetry day partitions'));
    FOREACH parent IN ARRAY ARRAY['playback_session', 'playback_event', 'rejected_event'] LOOP
        FOR child IN
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = parent::regclass AND c.relkind = 'r' AND right(c.relname, 8) < to_char(before_day, 'YYYYMMDD')
            ORDER BY c.relname
        LOOP
            EXECUTE format('DROP TABLE %I', child);
            dropped := dropped + 1;
        END LOOP;
    END LOOP;
    RETURN dropped;
END $$;
