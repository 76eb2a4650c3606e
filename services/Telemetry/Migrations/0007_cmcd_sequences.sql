-- Events of CMCD reports without numbers are numbered by the milliseconds since their session's start, up to 23 days. Players keep the
-- bound that the contract states; the service checks that. Rows from before keep a stricter bound, so there is nothing to validate,
-- and the table is not read. A day's table was made like its parent: it has the constraint in its own right too, which stays there
-- when the parent's goes.
DO $$
DECLARE
    part text;
BEGIN
    ALTER TABLE playback_event DROP CONSTRAINT playback_event_numbers;
    FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'playback_event'::regclass ORDER BY c.relname LOOP
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT IF EXISTS playback_event_numbers', part);
    END LOOP;
    ALTER TABLE playback_event ADD CONSTRAINT playback_event_numbers CHECK (sequence BETWEEN 1 AND 2000000000
        AND position_ms BETWEEN 0 AND 86400000 AND from_position_ms BETWEEN 0 AND 86400000 AND bitrate_bps BETWEEN 0 AND 1000000000) NOT VALID;
END $$;
