-- What storage said of the objects when they were checked, so that one that was replaced is noticed. Null for those of former versions.
ALTER TABLE bundle
    ADD COLUMN object_etag   text CONSTRAINT bundle_object_etag_check CHECK (char_length(object_etag) BETWEEN 1 AND 256),
    ADD COLUMN manifest_etag text CONSTRAINT bundle_manifest_etag_check CHECK (char_length(manifest_etag) BETWEEN 1 AND 256),
    ADD COLUMN manifest_size bigint CONSTRAINT bundle_manifest_size_check CHECK (manifest_size > 0);
