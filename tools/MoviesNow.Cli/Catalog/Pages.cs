using Google.Protobuf;

namespace MoviesNow.Cli.Catalog;

/// <summary>Lists that come in pages.</summary>
internal static class Pages
{
    private const int Largest = 200;

    /// <summary>Reads page after page, as far as <c>--limit</c> says.</summary>
    public static async IAsyncEnumerable<T> ReadAsync<T, TRequest, TResponse>(TRequest request, Rpc<TRequest, TResponse> rpc, CatalogCall call)
        where T : class, IMessage<T>, new() where TRequest : IMessage<TRequest> where TResponse : IMessage<TResponse>
    {
        var left = call.Parsed.GetValue(CatalogOptions.Limit) ?? int.MaxValue;
        request.Set("page_size", Math.Min(left, Largest));
        string token;
        do
        {
            var page = await rpc(request, call.Options);
            foreach (var item in page.Many<T>().Take(left))
            {
                left--;
                yield return item;
            }

            token = page.Text("next_page_token");
            request.Set("page_token", token);
        }
        while (token.Length > 0 && left > 0);
    }
}
