namespace MoviesNow.LocalS3.Errors;

/// <summary>An error as S3 names it: the code clients branch on, the HTTP status, a neutral message and optional extra elements.</summary>
internal sealed record S3Error(string Code, int Status, string Message)
{
    /// <summary>Extra elements of the error document, such as <c>Region</c> or <c>HeadersNotSigned</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Details { get; init; } = [];

    public S3Error With(string name, string value) => this with { Details = [.. Details, new(name, value)] };

    public S3Exception Throw() => new(this);
}

/// <summary>Ends a request with an S3 error. Thrown from deep inside body streams, where a return value cannot travel.</summary>
internal sealed class S3Exception(S3Error error) : Exception(error.Message)
{
    public S3Error Error { get; } = error;
}
