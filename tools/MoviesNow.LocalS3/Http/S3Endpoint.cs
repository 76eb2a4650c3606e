using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using MoviesNow.LocalS3.Cors;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Signing;

namespace MoviesNow.LocalS3.Http;

/// <summary>The way of every request: address, identity, operation; and of every failure to an error document.</summary>
internal sealed class S3Endpoint(
    IOptions<LocalS3Options> options, SigV4Authenticator authenticator, OperationTable operations, CorsPolicy cors, ILogger<S3Endpoint> logger)
{
    public async Task HandleAsync(HttpContext http)
    {
        var requestId = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        http.Response.Headers["x-amz-request-id"] = requestId;
        http.Response.Headers["x-amz-id-2"] = requestId;
        http.Response.Headers.Server = "MoviesNow.LocalS3";
        var target = S3Target.Parse(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, http.Request.Host.Host, options.Value.Domain);
        try
        {
            if (target is null)
                throw S3Errors.InvalidUri.Throw();
            HeaderText.Check(http.Request.Headers);
            var method = http.Request.Method;
            if (HttpMethods.IsOptions(method))
            {
                cors.Preflight(http, target);
                return;
            }

            cors.Mark(http, target);
            // A form carries its signature in a field: without this it would only look unsigned.
            if (HttpMethods.IsPost(method) && target.Key is null && http.Request.HasFormContentType)
                throw S3Errors.NotImplemented("An upload by form (POST)").Throw();
            var payload = authenticator.Authenticate(method, target, http.Request.Headers);
            var operation = operations.Find(method, target, http.Request.Headers);
            RequestSpan.Name(http, operation);
            await operation.ExecuteAsync(new S3Request(http, target, payload, requestId));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (Exception exception)
        {
            var error = ErrorOf(exception, requestId);
            RequestSpan.Fail(http, error);
            await FailAsync(http, error, target?.Path ?? "", requestId);
        }
    }

    private S3Error ErrorOf(Exception exception, string requestId)
    {
        switch (exception)
        {
            case S3Exception known:
                return known.Error;
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }:
                return S3Errors.RequestTimeout;
            case BadHttpRequestException or ConnectionResetException:
                return S3Errors.IncompleteBody;
            case DirectoryNotFoundException:
                // Every directory belongs to a bucket, and this one was deleted meanwhile.
                return S3Errors.NoSuchBucket;
            default:
                logger.LogError(exception, "Request {RequestId} failed.", requestId);
                return S3Errors.InternalError;
        }
    }

    private static async Task FailAsync(HttpContext http, S3Error error, string resource, string requestId)
    {
        if (http.Response.HasStarted)
        {
            // The status is sent already: only a broken connection tells the client that the body is not whole.
            http.Abort();
            return;
        }

        // Who waits for "100 Continue" and is refused does not send the body, but its next request: it must not be taken for the body.
        if (http.Request.Headers.Expect.Count > 0)
            http.Response.Headers.Connection = "close";
        await ErrorResponse.WriteAsync(http, error, resource, requestId);
    }
}
