-- The rules of StreamVariantRules once more: whoever writes, and however many at once. Each has a name of its own, by which the service and
-- the tests tell them apart.
CREATE TABLE stream_variant (
    id                    uuid PRIMARY KEY,
    asset_id              uuid NOT NULL CONSTRAINT stream_variant_asset_fkey REFERENCES asset (id),
    protocol              text NOT NULL CONSTRAINT stream_variant_protocol_check CHECK (protocol IN ('Hls', 'Dash', 'Mp4')),
    container             text NOT NULL,
    video_codec           text NOT NULL CONSTRAINT stream_variant_video_codec_check CHECK (video_codec IN ('None', 'H264', 'H265', 'Vp9', 'Av1')),
    audio_codec           text NOT NULL CONSTRAINT stream_variant_audio_codec_check CHECK (audio_codec IN ('None', 'Aac', 'Ac3', 'Eac3', 'Opus')),
    -- Lists of RFC 6381: tokens of RFC 2045 with commas between; of supplemental codecs, with brands behind slashes.
    codecs                text COLLATE "C" NOT NULL CONSTRAINT stream_variant_codecs_check CHECK (char_length(codecs) <= 200
        AND codecs ~ '^([!#$%&''*+.0-9A-Z^_`a-z{|}~-]+(,[!#$%&''*+.0-9A-Z^_`a-z{|}~-]+)*)?$'),
    supplemental_codecs   text COLLATE "C" NOT NULL CONSTRAINT stream_variant_supplemental_codecs_check CHECK (char_length(supplemental_codecs) <= 200
        AND supplemental_codecs ~ '^([!#$%&''*+.0-9A-Z^_`a-z{|}~-]+([,/][!#$%&''*+.0-9A-Z^_`a-z{|}~-]+)*)?$'
        AND (supplemental_codecs = '' OR dynamic_range = 'DolbyVision')),
    peak_bandwidth_bps    bigint NOT NULL,
    average_bandwidth_bps bigint NOT NULL,
    width                 integer NOT NULL,
    height                integer NOT NULL,
    frame_rate            double precision NOT NULL,
    dynamic_range         text NOT NULL,
    bit_depth             integer NOT NULL,
    audio_channels        integer NOT NULL,
    audio_language        text,
    drm_system            text NOT NULL CONSTRAINT stream_variant_drm_system_check CHECK (drm_system IN (
        'None', 'Widevine', 'Playready', 'Fairplay')),
    drm_key_id            uuid,
    encryption_scheme     text CONSTRAINT stream_variant_encryption_scheme_check CHECK (encryption_scheme IN ('Cenc', 'Cbcs')),
    is_default            boolean NOT NULL,
    is_audio_only         boolean NOT NULL,
    is_downloadable       boolean NOT NULL,
    is_streamable         boolean NOT NULL,
    tier                  text NOT NULL,
    label                 text NOT NULL CONSTRAINT stream_variant_label_check CHECK (char_length(label) <= 100),
    size_bytes            bigint NOT NULL CONSTRAINT stream_variant_size_check CHECK (size_bytes >= 0),
    storage_key           text COLLATE "C" NOT NULL CONSTRAINT stream_variant_storage_key_key UNIQUE,
    created_at            timestamptz NOT NULL,
    updated_at            timestamptz NOT NULL,
    version               bigint NOT NULL DEFAULT 1,
    -- The effect of a call with an idempotency key; the variants of a ladder have the same.
    effect_id             uuid,
    CONSTRAINT stream_variant_container_check CHECK (CASE protocol
        WHEN 'Hls' THEN container IN ('Ts', 'Fmp4')
        WHEN 'Dash' THEN container IN ('Fmp4', 'Mp4')
        ELSE container = 'Mp4' END),
    CONSTRAINT stream_variant_audio_only_check CHECK (is_audio_only = (video_codec = 'None')),
    CONSTRAINT stream_variant_empty_check CHECK (video_codec <> 'None' OR audio_codec <> 'None'),
    CONSTRAINT stream_variant_dimensions_check CHECK (CASE
        WHEN is_audio_only THEN width = 0 AND height = 0
        ELSE width BETWEEN 1 AND 16384 AND height BETWEEN 1 AND 16384 END),
    CONSTRAINT stream_variant_frame_rate_check CHECK (CASE
        WHEN is_audio_only THEN frame_rate = 0
        ELSE frame_rate > 0 AND frame_rate <= 300 END),
    CONSTRAINT stream_variant_dynamic_range_check CHECK (CASE
        WHEN is_audio_only THEN dynamic_range = 'Unspecified'
        ELSE dynamic_range IN ('Sdr', 'Hdr10', 'Hlg', 'DolbyVision') END),
    CONSTRAINT stream_variant_bit_depth_check CHECK (CASE WHEN is_audio_only THEN bit_depth = 0 ELSE bit_depth IN (8, 10, 12) END),
    CONSTRAINT stream_variant_hdr_bit_depth_check CHECK (dynamic_range IN ('Unspecified', 'Sdr') OR bit_depth >= 10),
    CONSTRAINT stream_variant_bandwidth_check CHECK (peak_bandwidth_bps > 0 AND average_bandwidth_bps > 0),
    CONSTRAINT stream_variant_average_check CHECK (average_bandwidth_bps <= peak_bandwidth_bps),
    CONSTRAINT stream_variant_audio_channels_check CHECK (CASE
        WHEN audio_codec = 'None' THEN audio_channels = 0
        ELSE audio_channels BETWEEN 1 AND 64 END),
    CONSTRAINT stream_variant_audio_language_check CHECK (audio_codec <> 'None' OR coalesce(audio_language, '') = ''),
    CONSTRAINT stream_variant_drm_key_check CHECK ((drm_system = 'None') = (drm_key_id IS NULL)),
    CONSTRAINT stream_variant_drm_scheme_check CHECK ((drm_system = 'None') = (encryption_scheme IS NULL)),
    CONSTRAINT stream_variant_fairplay_check CHECK (drm_system <> 'Fairplay' OR encryption_scheme = 'Cbcs'),
    CONSTRAINT stream_variant_cenc_check CHECK (encryption_scheme <> 'Cenc' OR container <> 'Ts'),
    CONSTRAINT stream_variant_downloadable_check CHECK (NOT is_downloadable OR protocol IN ('Mp4', 'Hls')),
    CONSTRAINT stream_variant_streamable_check CHECK (NOT is_streamable
        OR (protocol = 'Hls' AND container IN ('Ts', 'Fmp4') AND NOT is_audio_only)),
    -- Which tiers there are, how many lines they have, and which are streamed: docs/policy.md tells how to change it.
    CONSTRAINT stream_variant_tier_check CHECK (CASE tier
        WHEN 'P2160' THEN height <= 2160 AND NOT is_streamable
        WHEN 'P1080' THEN height <= 1080 AND (NOT is_streamable OR height = 1080)
        WHEN 'P720' THEN height <= 720 AND (NOT is_streamable OR height = 720)
        WHEN 'P480' THEN height <= 480 AND (NOT is_streamable OR height = 480)
        WHEN 'Other' THEN NOT is_streamable
        ELSE false END)
);

CREATE UNIQUE INDEX stream_variant_streamable_key ON stream_variant (asset_id, tier) WHERE is_streamable;
-- No language is one language, whichever way it is written.
CREATE UNIQUE INDEX stream_variant_default_key ON stream_variant (asset_id, lower(coalesce(audio_language, '')), dynamic_range) WHERE is_default;
CREATE INDEX stream_variant_asset_idx ON stream_variant (asset_id);
