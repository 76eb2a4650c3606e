-- Sessions that were started by calls with idempotency keys: one for each effect, whatever became of the call's record in Redis.
-- Beside the sessions, for those are partitioned by their ids, and what is unique across partitions must hold the id.
CREATE TABLE session_start (
    effect_id  uuid PRIMARY KEY,
    session_id uuid NOT NULL
);

CREATE INDEX session_start_session ON session_start (session_id);
