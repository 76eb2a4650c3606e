-- The tables that are written most are vacuumed by how they are written, not by a fifth of their size.

-- Sessions are updated with every batch of their events, events are written once and never changed. Frozen by the first vacuum, a day's
-- events need not be read again before they are dropped.
CREATE FUNCTION tune_day_partition(parent text, child text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF parent = 'playback_session' THEN
        EXECUTE format('ALTER TABLE %I SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, '
            'autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 1)', child);
    ELSE
        EXECUTE format('ALTER TABLE %I SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_vacuum_insert_threshold = 100000, '
            'autovacuum_freeze_min_age = 0, autovacuum_vacuum_cost_delay = 1)', child);
    END IF;
END $$;

-- As before, with these settings.
CREATE OR REPLACE FUNCTION create_day_partitions(first_day date, days integer) RETURNS void LANGUAGE plpgsql AS $$
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
            PERFORM tune_day_partition(parent, child);
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                parent, child, first_session_id(day), first_session_id(day + 1));
        END LOOP;
    END LOOP;
END $$;

-- Days that are there already: this holds up nobody who reads or writes them.
SELECT tune_day_partition(p.relname, c.relname)
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
WHERE i.inhparent IN ('playback_session'::regclass, 'playback_event'::regclass, 'rejected_event'::regclass) AND c.relkind = 'r';

-- Sums of the present minute, hour and day are updated by every roll-up, those of the past by none.
ALTER TABLE qoe_minute SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 1);
ALTER TABLE qoe_hour SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 1);
ALTER TABLE qoe_day SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 1);
ALTER TABLE qoe_minute_startup SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);
ALTER TABLE qoe_hour_startup SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);
ALTER TABLE qoe_day_startup SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);
-- A queue is empty most of the time, and must stay small: its size is what every roll-up looks through.
ALTER TABLE qoe_delta SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE qoe_progress SET (fillfactor = 20);
