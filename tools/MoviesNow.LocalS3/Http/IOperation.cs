namespace MoviesNow.LocalS3.Http;

/// <summary>One S3 operation.</summary>
internal interface IOperation
{
    Task ExecuteAsync(S3Request request);
}
