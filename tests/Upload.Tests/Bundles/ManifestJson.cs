using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using UploadTests.Support;

namespace UploadTests.Bundles;

/// <summary>Manifests, to be spoilt by tests.</summary>
internal static class ManifestJson
{
    /// <summary>The right manifest of a ZIP, after a change.</summary>
    public static ByteString Of(Content zip, Action<JsonObject>? change = null)
    {
        using var archive = new ZipArchive(new MemoryStream(zip.Bytes));
        var manifest = new JsonObject
        {
            ["version"] = 1,
            ["entries"] = new JsonArray([.. archive.Entries.Select(entry => new JsonObject
            {
                ["path"] = entry.FullName,
                ["size_bytes"] = entry.Length,
                ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(entry.Open())),
            })]),
        };
        change?.Invoke(manifest);
        return ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(manifest));
    }

    public static JsonObject Entry(this JsonObject manifest, int index) => (JsonObject)manifest["entries"]![index]!;
}
