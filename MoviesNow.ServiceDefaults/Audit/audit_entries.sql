-- What administrators changed. The same table is in the database of every service that keeps one; each takes this script into
-- its own sequence of migrations.
CREATE TABLE audit_entries (
    id             uuid PRIMARY KEY,
    ended_at       timestamptz NOT NULL,
    actor          text NOT NULL CONSTRAINT audit_entries_actor_check CHECK (char_length(actor) BETWEEN 1 AND 256),
    method         text NOT NULL CONSTRAINT audit_entries_method_check CHECK (method ~ '^[a-z0-9_.]+\.[A-Za-z0-9]+/[A-Za-z0-9]+$' AND char_length(method) <= 256),
    -- Ids only: nothing that could be a URL or a path.
    target         text NOT NULL CONSTRAINT audit_entries_target_check CHECK (target ~ '^([*]|[0-9A-Za-z_,-]*)$' AND char_length(target) <= 256),
    outcome        text NOT NULL CONSTRAINT audit_entries_outcome_check CHECK (outcome ~ '^[A-Z_]{2,32}$'),
    correlation_id text NOT NULL CONSTRAINT audit_entries_correlation_id_check CHECK (correlation_id ~ '^([0-9a-f]{32})?$')
);

CREATE INDEX audit_entries_time_idx ON audit_entries (ended_at, id);
CREATE INDEX audit_entries_actor_idx ON audit_entries (actor, ended_at, id);
CREATE INDEX audit_entries_method_idx ON audit_entries (method, ended_at, id);
CREATE INDEX audit_entries_target_idx ON audit_entries (target, ended_at, id) WHERE target <> '';

-- Rows are appended and never altered, by nobody: privileges would not bind the owner, a trigger does, and one that is ALWAYS
-- enabled also binds sessions that replay changes (session_replication_role).
CREATE FUNCTION audit_entries_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_entries is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_refuse_change();

ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER audit_entries_append_only;
