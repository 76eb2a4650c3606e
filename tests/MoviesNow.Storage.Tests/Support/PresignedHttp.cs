namespace MoviesNow.Storage.Tests.Support;

internal static class PresignedHttp
{
    /// <summary>Sends a presigned request as a client would: its method, its headers, nothing else.</summary>
    public static async Task<HttpResponseMessage> SendPresignedAsync(this HttpClient http, PresignedRequest request, byte[]? content = null)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Url);
        if (content is not null)
            message.Content = new ByteArrayContent(content);
        foreach (var (name, value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content!.Headers.TryAddWithoutValidation(name, value);
        }

        return await http.SendAsync(message);
    }
}
