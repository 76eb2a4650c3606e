using System.Net;
using MoviesNow.Upload.V1;

namespace MoviesNow.ClusterTest.Load;

/// <summary>Sends bytes to the bucket and gets them, again and again while the bucket is away.</summary>
internal static class Bytes
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(10) };
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(500);
    private const int MaxAttempts = 120;

    /// <summary>Sends them.</summary>
    /// <returns>Whether they are there: an answer that was lost leaves an object, at which the next attempt ends.</returns>
    public static Task<bool> PutAsync(Tally tally, PresignedRequest put, byte[] bytes) => RepeatAsync(tally, "PUT", async () =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, put.Url) { Content = new ByteArrayContent(bytes) };
        foreach (var (name, value) in put.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var answer = await Http.SendAsync(request);
        return answer.StatusCode is HttpStatusCode.PreconditionFailed ? HttpStatusCode.OK : answer.StatusCode;
    });

    /// <summary>Gets as many as there should be.</summary>
    public static Task<bool> GetAsync(Tally tally, string url, byte[] expected) => RepeatAsync(tally, "GET", async () =>
    {
        using var answer = await Http.GetAsync(new Uri(url));
        return !answer.IsSuccessStatusCode || (await answer.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(expected)
            ? answer.StatusCode
            : HttpStatusCode.Conflict;
    });

    private static async Task<bool> RepeatAsync(Tally tally, string what, Func<Task<HttpStatusCode>> send)
    {
        var begun = System.Diagnostics.Stopwatch.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            string error;
            try
            {
                var status = await send();
                if ((int)status < 300)
                {
                    tally.Succeeded(what, begun);
                    return true;
                }

                error = $"{what} {(int)status}";
                if ((int)status < 500)
                {
                    tally.Failed(what, error);
                    return false;
                }
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                error = $"{what} without answer";
            }

            if (attempt == MaxAttempts)
            {
                tally.Failed(what, error);
                return false;
            }

            tally.Repeating(error);
            await Task.Delay(Delay);
        }
    }
}
