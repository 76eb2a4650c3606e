using System.Security.Cryptography;
using System.Text;

namespace MoviesNow.LocalS3.Storage;

/// <summary>
/// Where a bucket keeps its files: <c>bucket.json</c>, <c>objects/{sha256 of the key}.json</c>, <c>data/{random}</c>,
/// <c>uploads/{id}/upload.json</c> and <c>uploads/{id}/{part}.json</c>. Names never come from a client, so no key can escape or collide.
/// </summary>
internal sealed record BucketPaths(string Root, string Temporary)
{
    public string Record => Path.Combine(Root, "bucket.json");

    public string Objects => Path.Combine(Root, "objects");

    public string Data => Path.Combine(Root, "data");

    public string Uploads => Path.Combine(Root, "uploads");

    public string Object(string key) => Path.Combine(Objects, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))) + ".json");

    public string Upload(string id) => Path.Combine(Uploads, id);

    public string UploadRecord(string id) => Path.Combine(Upload(id), "upload.json");

    public string Part(string id, int number) => Path.Combine(Upload(id), $"{number:D5}.json");
}
