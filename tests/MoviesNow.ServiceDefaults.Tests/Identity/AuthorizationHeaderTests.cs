using System.Net;
using System.Net.Sockets;
using System.Text;
using MoviesNow.ServiceDefaults.Tests.Harness;

namespace MoviesNow.ServiceDefaults.Tests.Identity;

/// <summary>The header <c>authorization</c> in every shape but the usual one.</summary>
public sealed class AuthorizationHeaderTests : IAsyncLifetime
{
    private const string Path = "/moviesnow.catalog.v1.TitleService/CreateTitle";

    private static readonly string Good = new Jwt();
    private static readonly string Bad = new Jwt { Audience = "another" };

    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(OpenServices.MapAll);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public static TheoryData<string, bool> Shapes() => new()
    {
        { "Bearer {good}", true },
        { "bearer {good}", true },
        { "BEARER {good}", true },
        { "Bearer   {good}", true },
        { "Bearer {good}, Bearer {good}", false },
        { "Bearer {good}, Bearer {bad}", false },
        { "Bearer {bad}, Bearer {good}", false },
        { "Basic eA==, Bearer {good}", false },
        { "Bearer {bad} {good}", false },
        { "Bearer {good}.", false },
        { "Bearer {good};{good}", false },
        { "Bearer \"{good}\"", false },
        { "Bearer\t{good}", false },
        { "Bearer:{good}", false },
        { "Token {good}", false },
        { "{good}", false },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Call_OneHeader_IsReadAsOneBearerTokenOrNotAtAll(string shape, bool isIdentity)
    {
        var answer = await _host.PostAsync(Path, null, ("authorization", Fill(shape)));

        Assert.Equal(isIdentity ? "UNIMPLEMENTED" : "UNAUTHENTICATED", answer.Reason);
    }

    [Theory]
    [InlineData(true, "Bearer {good}")]
    [InlineData(true, "", "Bearer {good}")]
    [InlineData(false, "Bearer {good}", "Bearer {good}")]
    [InlineData(false, "Bearer {good}", "Bearer {bad}")]
    [InlineData(false, "Bearer {bad}", "Bearer {good}")]
    [InlineData(false, "Basic eA==", "Bearer {good}")]
    public async Task Call_SeveralHeaders_AreNoIdentity(bool isIdentity, params string[] shapes)
    {
        var answer = await SendAsync(shapes);

        Assert.Contains(isIdentity ? "grpc-status: 12" : "grpc-status: 16", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Call_LongTokenThatIsValid_IsLetInAndARidiculousOneIsCutOff()
    {
        string large = new Jwt { Header = new() { ["x"] = new string('x', 8_000) } };
        string huge = new Jwt { Header = new() { ["x"] = new string('x', 64_000) } };

        Assert.Equal("UNIMPLEMENTED", (await _host.PostAsync(Path, null, ("authorization", $"Bearer {large}"))).Reason);
        HttpStatusCode? refusal = null;
        try
        {
            refusal = (await _host.PostAsync(Path, null, ("authorization", $"Bearer {huge}"))).HttpStatus;
        }
        catch (HttpRequestException)
        {
            // The server may end the stream instead.
        }

        Assert.True(refusal is null or HttpStatusCode.RequestHeaderFieldsTooLarge, $"{refusal}");
        Assert.Equal("UNIMPLEMENTED", (await _host.PostAsync(Path, null, ("authorization", $"Bearer {Good}"))).Reason);
        Assert.Empty(_host.Logs.Errors);
    }

    private static string Fill(string shape) =>
        shape.Replace("{good}", Good, StringComparison.Ordinal).Replace("{bad}", Bad, StringComparison.Ordinal);

    /// <summary>gRPC-Web over HTTP/1.1, byte by byte: HTTP libraries do not send a header twice.</summary>
    private async Task<string> SendAsync(string[] shapes)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(_host.Http.Host, _host.Http.Port);
        await using var stream = connection.GetStream();
        var headers = string.Concat(shapes.Select(shape => $"authorization: {Fill(shape)}\r\n"));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {Path} HTTP/1.1\r\nhost: {_host.Http.Authority}\r\ncontent-type: application/grpc-web+proto\r\n{headers}content-length: 5\r\nconnection: close\r\n\r\n\0\0\0\0\0"));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }
}
