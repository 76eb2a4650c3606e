-- The HLS package that an asset was published with. A video asset also has the package's revision: a late call with a lower one finds that
-- another package took its place.
ALTER TABLE asset
    ADD COLUMN package_id uuid,
    ADD COLUMN package_revision bigint,
    ADD CONSTRAINT asset_package_revision_check
        CHECK (package_revision IS NULL OR (package_revision > 0 AND package_id IS NOT NULL AND kind = 'Video'));
