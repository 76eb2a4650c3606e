-- Bundles past their expiry, for whoever purges them. 'Expired' is stored when the key was given to a successor, or purging has begun.
CREATE INDEX bundle_purgeable_idx ON bundle (expires_at, id) WHERE state IN ('Verified', 'Published', 'Expired');

-- The folders of streams: what lies in them belongs to the row, though no row names it.
CREATE INDEX stream_variant_folder_idx ON stream_variant (regexp_replace(storage_key, '[^/]*$', '')) WHERE storage_key LIKE 'hls/%';
CREATE INDEX asset_folder_idx ON asset (regexp_replace(storage_key, '[^/]*$', '')) WHERE storage_key LIKE 'hls/%';
