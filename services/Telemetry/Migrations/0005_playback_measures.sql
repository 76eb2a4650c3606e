-- What players tell besides: whether the viewer sees the picture, and how fast it plays; 0 where an event does not say.
ALTER TABLE playback_event
    ADD COLUMN visibility    smallint NOT NULL DEFAULT 0,
    ADD COLUMN playback_rate double precision NOT NULL DEFAULT 0;

-- The fold of a session's events in the order of their numbers: how far it got, so that the next event in order is added without
-- reading the others again ...
ALTER TABLE playback_session
    ADD COLUMN is_timed_out         boolean NOT NULL DEFAULT false,
    ADD COLUMN has_implausible_time boolean NOT NULL DEFAULT false,
    ADD COLUMN folded_until_ms      bigint NOT NULL DEFAULT 0,
    ADD COLUMN stop_position_ms     integer NOT NULL DEFAULT 0,
    ADD COLUMN playback_rate        double precision NOT NULL DEFAULT 1,
    ADD COLUMN is_hidden            boolean NOT NULL DEFAULT false,
    ADD COLUMN stall                smallint NOT NULL DEFAULT 0,
    ADD COLUMN after_seek_ms        integer NOT NULL DEFAULT 0,
    ADD COLUMN bitrate_bps          integer NOT NULL DEFAULT 0,
    ADD COLUMN playing_variant_id   uuid,
    -- ... and what they amount to: the sum of the session's rows in qoe_delta.
    ADD COLUMN startup_ms           bigint,
    ADD COLUMN watch_ms             bigint NOT NULL DEFAULT 0,
    ADD COLUMN hidden_watch_ms      bigint NOT NULL DEFAULT 0,
    ADD COLUMN rebuffer_count       integer NOT NULL DEFAULT 0,
    ADD COLUMN rebuffer_ms          bigint NOT NULL DEFAULT 0,
    ADD COLUMN seek_rebuffer_count  integer NOT NULL DEFAULT 0,
    ADD COLUMN seek_rebuffer_ms     bigint NOT NULL DEFAULT 0,
    ADD COLUMN bitrate_ms           bigint NOT NULL DEFAULT 0,
    ADD COLUMN bits                 bigint NOT NULL DEFAULT 0,
    ADD COLUMN rendition_changes    integer NOT NULL DEFAULT 0,
    ADD COLUMN present_ms           bigint NOT NULL DEFAULT 0,
    -- Numbers up to this one belong to pages that were loaded before.
    ADD COLUMN reserved_sequence    integer NOT NULL DEFAULT 0,
    -- When the session is looked at next for silence. Heartbeats leave it as it is: an index on what they change would make each
    -- of them write to every index of the table.
    ADD COLUMN check_at             timestamptz NOT NULL DEFAULT '-infinity';

UPDATE playback_session SET folded_until_ms = (extract(epoch FROM last_event_at) * 1000)::bigint;

CREATE INDEX playback_session_open ON playback_session (check_at) WHERE state < 4;
