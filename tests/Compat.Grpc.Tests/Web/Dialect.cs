using System.Net;
using System.Text;

namespace GrpcTests.Web;

/// <summary>How a test speaks gRPC-Web.</summary>
public sealed record Dialect(Version Version, bool IsText, string Suffix = "+proto")
{
    public static Dialect Binary1 { get; } = new(HttpVersion.Version11, IsText: false);

    public static Dialect Text1 { get; } = new(HttpVersion.Version11, IsText: true);

    public static TheoryData<string> All { get; } = ["1.1 binary", "1.1 text", "2.0 binary", "2.0 text"];

    public string ContentType => (IsText ? "application/grpc-web-text" : "application/grpc-web") + Suffix;

    /// <summary>One of <see cref="All"/>.</summary>
    public static Dialect Of(string name) => new(Version.Parse(name[..3]), name.EndsWith("text", StringComparison.Ordinal));

    public byte[] Encode(byte[] bytes) => IsText ? Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes)) : bytes;
}
