using System.Net;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.V1;

namespace MoviesNow.Delivery.Tests.Abuse;

/// <summary>A link that was altered anywhere gives nothing.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class AlteredLinkTests(DeliverySystem system) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Get_AnyPartAltered_IsRefused()
    {
        var link = await LinkAsync();
        await system.StoreAsync("originals/0198c0de-7a5b-7c3d-8e9f-0123456789ab/master.mov", DeliverySystem.Content);
        var (path, query) = (link.GetLeftPart(UriPartial.Path), link.Query[1..].Split('&'));
        var altered = new List<string>
        {
            path,
            $"{path}?",
            link.AbsoluteUri.Replace("S01.zip", "S02.zip", StringComparison.Ordinal),
            link.AbsoluteUri.Replace("S01.zip", "S01_manifest.json", StringComparison.Ordinal),
            link.AbsoluteUri.Replace("S01.zip", "s01.zip", StringComparison.Ordinal),
            link.AbsoluteUri.Replace("S01.zip", "S01.zip/", StringComparison.Ordinal),
            link.AbsoluteUri.Replace("/bundles/", "//bundles/", StringComparison.Ordinal),
            link.AbsoluteUri.Replace("/media/", "/other/", StringComparison.Ordinal),
            $"{new Uri(link, "/media/originals/0198c0de-7a5b-7c3d-8e9f-0123456789ab/master.mov")}{link.Query}",
            $"{new Uri(link, "/media")}{link.Query}&list-type=2",
            $"{new Uri(link, "/media/")}{link.Query}",
            $"{new Uri(link, "/")}{link.Query}",
            $"{link}&versionId=1",
            $"{link}&uploads",
            $"{link}&acl",
            $"{link}&x-id=GetObject",
        };
        for (var i = 0; i < query.Length; i++)
        {
            var (name, value) = (query[i].Split('=')[0], query[i][(query[i].IndexOf('=', StringComparison.Ordinal) + 1)..]);
            altered.Add(With(path, query, i, $"{name}={Changed(value)}"));
            altered.Add(With(path, query, i, $"{name}="));
            altered.Add(With(path, query, i, $"{name}={value.ToUpperInvariant()}"));
            altered.Add(With(path, query, i, $"{name}={value.ToLowerInvariant()}"));
            altered.Add($"{path}?{string.Join('&', query.Where((_, at) => at != i))}");
            altered.Add($"{link}&{query[i]}");
            altered.Add($"{link}&{name}={Changed(value)}");
            altered.Add($"{path}?{name}={Changed(value)}&{string.Join('&', query)}");
            altered.Add(With(path, query, i, $"{name.ToUpperInvariant()}={value}"));
        }

        // %2f is %2F, and what has no other case is the same.
        await AssertRefusedAsync(HttpMethod.Get, altered.Where(address => Uri.UnescapeDataString(address) != Uri.UnescapeDataString(link.AbsoluteUri)));
        using var untouched = await _http.GetAsync(link);
        Assert.Equal(HttpStatusCode.OK, untouched.StatusCode);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(604_800)]
    public async Task Get_ExpiryMoved_IsRefused(int seconds)
    {
        var link = await LinkAsync();
        var lasting = link.Query[1..].Split('&').Single(part => part.StartsWith("X-Amz-Expires=", StringComparison.Ordinal));
        var moved = $"X-Amz-Expires={int.Parse(lasting.Split('=')[1], System.Globalization.CultureInfo.InvariantCulture) + seconds}";

        await AssertRefusedAsync(HttpMethod.Get, [link.AbsoluteUri.Replace(lasting, moved, StringComparison.Ordinal)]);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("HEAD")]
    [InlineData("POST")]
    public async Task Send_AnotherMethod_IsRefusedAndChangesNothing(string method)
    {
        var link = await LinkAsync();

        await AssertRefusedAsync(new HttpMethod(method), [link.AbsoluteUri]);

        using var untouched = await _http.GetAsync(link);
        Assert.Equal(DeliverySystem.Content, await untouched.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("storage.example.com")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("media.127.0.0.1")]
    public async Task Get_AnotherHost_IsRefused(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, await LinkAsync()) { Headers = { Host = host } };

        await AssertRefusedAsync(request);
    }

    private static string With(string path, string[] query, int at, string part) => $"{path}?{string.Join('&', query.Select((old, i) => i == at ? part : old))}";

    /// <summary>The last character becomes another of its kind.</summary>
    private static string Changed(string value) => value.Length == 0 ? "0" : value[..^1] + (value[^1] is '0' or 'a' or 'e' ? '1' : '0');

    private async Task<Uri> LinkAsync()
    {
        var bundle = await system.PublishedAsync();
        return new Uri((await system.Public.GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = bundle.Id })).Link.Url);
    }

    private async Task AssertRefusedAsync(HttpMethod method, IEnumerable<string> addresses)
    {
        foreach (var address in addresses)
        {
            using var request = new HttpRequestMessage(method, new Uri(address)) { Content = method == HttpMethod.Put || method == HttpMethod.Post ? new ByteArrayContent([1]) : null };
            await AssertRefusedAsync(request);
        }
    }

    /// <summary>403; or 400, as S3 answers a query that is no signature at all. Nothing of the object is given.</summary>
    private async Task AssertRefusedAsync(HttpRequestMessage request)
    {
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(
            answer.StatusCode is HttpStatusCode.Forbidden
                || (answer.StatusCode is HttpStatusCode.BadRequest && text.Contains("<Code>AuthorizationQueryParametersError</Code>", StringComparison.Ordinal)),
            $"{request.Method} {request.RequestUri}: {(int)answer.StatusCode} {text[..Math.Min(300, text.Length)]}");
        Assert.InRange(text.Length, 0, 2_000);
        Assert.Null(answer.Headers.ETag);
        Assert.Null(answer.Content.Headers.ContentDisposition);
    }
}
