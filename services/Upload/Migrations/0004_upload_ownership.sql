-- Every object carries the id of the session that wrote it (docs/uploads.md). A signed URL outlives its session, so a closed session
-- keeps the time until which its URLs work: until then the sweeper goes on removing what they write.
ALTER TABLE upload
    -- How often sending was begun. 0 in rows from before objects carried a mark: theirs have none.
    ADD COLUMN attempt         int NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    -- Every part comes with its SHA-256.
    ADD COLUMN part_checksums  boolean NOT NULL DEFAULT false,
    -- What the last check found wrong: an error reason, and the same in words.
    ADD COLUMN problem_reason  text,
    ADD COLUMN problem_detail  text,
    ADD COLUMN problem_at      timestamptz,
    -- Set when closing begins; URLs are signed while a session is pending only.
    ADD COLUMN urls_expire_at  timestamptz,
    -- Set when the session was closed for the first time.
    ADD COLUMN closed_at       timestamptz,
    ADD CONSTRAINT upload_problem CHECK (
        (problem_reason IS NULL) = (problem_at IS NULL) AND (problem_reason IS NULL) = (problem_detail IS NULL));

UPDATE upload SET closed_at = updated_at, urls_expire_at = LEAST(deadline, updated_at + interval '7 days') WHERE state IN ('aborted', 'expired');

CREATE INDEX upload_by_urls_expiry ON upload (urls_expire_at, id) WHERE state IN ('aborted', 'expired');
CREATE INDEX upload_by_key ON upload (storage_key, id DESC);
