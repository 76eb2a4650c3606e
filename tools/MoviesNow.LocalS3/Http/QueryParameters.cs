namespace MoviesNow.LocalS3.Http;

/// <summary>The decoded query parameters in the order they were sent. Names are case-sensitive, as in S3.</summary>
internal sealed class QueryParameters(IReadOnlyList<KeyValuePair<string, string>> parameters)
{
    public static readonly QueryParameters Empty = new([]);

    public IReadOnlyList<KeyValuePair<string, string>> Parameters { get; } = parameters;

    /// <returns>The first value of that name, an empty string when it has none, null when the name is absent.</returns>
    public string? this[string name]
    {
        get
        {
            foreach (var (key, value) in Parameters)
            {
                if (key == name)
                    return value;
            }

            return null;
        }
    }

    public bool Has(string name) => this[name] is not null;

    /// <param name="raw">The text after <c>?</c>.</param>
    /// <returns>The parameters, or null when an escape is broken.</returns>
    public static QueryParameters? Parse(string raw)
    {
        var parameters = new List<KeyValuePair<string, string>>();
        foreach (var pair in raw.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var split = pair.IndexOf('=', StringComparison.Ordinal);
            var name = UriCodec.Decode(split < 0 ? pair : pair[..split], plusIsSpace: true);
            var value = split < 0 ? "" : UriCodec.Decode(pair[(split + 1)..], plusIsSpace: true);
            if (name is null || value is null)
                return null;
            parameters.Add(new(name, value));
        }

        return new QueryParameters(parameters);
    }
}
