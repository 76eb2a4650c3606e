-- Keys make assets unique; the effect tells a repeated call, which gets what it recorded, from another call for the same key, which is
-- refused.
ALTER TABLE asset ADD COLUMN effect_id uuid;
