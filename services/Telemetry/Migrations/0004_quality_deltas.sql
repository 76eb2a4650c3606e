-- What newly committed events change in the quality of experience: written by COPY in the transaction of the events, so that it
-- counts exactly once, and read and removed by the roll-up. Writers never wait for each other here, as they would if they
-- updated shared sums. Late events take back what was counted without them: numbers may be negative.
CREATE TABLE qoe_delta (
    -- The minute (UTC) that it counts in: when the session started for sessions, starts, failures, exits and completions; when
    -- it happened for times, stalls and changes.
    minute              timestamptz NOT NULL,
    title_id            uuid NOT NULL,
    -- The variant that the session began with; all zeros when it is not known.
    variant_id          uuid NOT NULL,
    country             text NOT NULL,
    device              text NOT NULL,
    app_version         text NOT NULL,
    -- The bucket of the startup-time sketch; -1 in rows without starts. Starts are counted in rows with a bucket only.
    startup_bucket      smallint NOT NULL,
    start_count         integer NOT NULL,
    session_count       integer NOT NULL,
    exits_before_start  integer NOT NULL,
    start_failures      integer NOT NULL,
    playback_failures   integer NOT NULL,
    completions         integer NOT NULL,
    watch_ms            bigint NOT NULL,
    hidden_watch_ms     bigint NOT NULL,
    rebuffer_count      integer NOT NULL,
    rebuffer_ms         bigint NOT NULL,
    seek_rebuffer_count integer NOT NULL,
    seek_rebuffer_ms    bigint NOT NULL,
    -- Time that played with a known bitrate, and the bits of it.
    bitrate_ms          bigint NOT NULL,
    bits                bigint NOT NULL,
    rendition_changes   integer NOT NULL,
    -- Time that sessions were neither paused nor over after their first picture, stalls included: concurrency.
    present_ms          bigint NOT NULL
);
