-- The effect of a call with an idempotency key: an upload that was opened by it is not opened again, whatever became of the call's
-- record in Redis, and of the upload.
ALTER TABLE upload ADD COLUMN effect_id uuid CONSTRAINT upload_effect_key UNIQUE;
