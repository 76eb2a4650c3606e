-- Numbers make seasons and episodes unique; the effect tells a repeated call, which gets what it made, from another call for the
-- same number, which is refused.
ALTER TABLE season ADD COLUMN effect_id uuid;
ALTER TABLE episode ADD COLUMN effect_id uuid;
