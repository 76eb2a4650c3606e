namespace MoviesNow.Storage;

/// <summary>The kind of S3 server; it presets what the server can do, and each preset can be overridden.</summary>
public enum StorageBackend
{
    /// <summary>Amazon S3: everything is supported; virtual-host addressing; no <c>Storage:ServiceUrl</c> is needed.</summary>
    Aws,

    /// <summary>Ceph's object gateway: conditional PUT, but no conditional Complete or DELETE, checksums or S3-managed encryption; path-style.</summary>
    Ceph,

    /// <summary>The project's own endpoint for local runs and tests: everything is supported; path-style.</summary>
    LocalS3,
}
