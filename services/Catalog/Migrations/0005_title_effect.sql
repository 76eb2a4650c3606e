-- The effect of a call with an idempotency key: a title that was made by it is not made again, whatever became of the call's record
-- in Redis.
ALTER TABLE title ADD COLUMN effect_id uuid CONSTRAINT title_effect_key UNIQUE;
