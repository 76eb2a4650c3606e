using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Web.Internal;

/// <summary>
/// One call's view of the connection, as the gRPC server needs it: HTTP/2, <c>application/grpc</c>, binary bodies and trailers.
/// The trailers go into the body; those of an answer without messages are headers already, where callers look for them too.
/// </summary>
internal sealed class Translation : IHttpResponseBodyFeature, IHttpResponseTrailersFeature, IRequestBodyPipeFeature, IHttpResetFeature, IDisposable
{
    private const string GrpcProtocol = "HTTP/2";

    private readonly HttpContext _context;
    private readonly GrpcWebFormat _format;
    private readonly IHttpResponseBodyFeature _response;
    private readonly IHttpResponseTrailersFeature? _trailers;
    private readonly IRequestBodyPipeFeature? _request;
    private readonly IHttpResetFeature? _reset;
    private readonly string _protocol;
    private readonly string? _contentType;
    private readonly ResponseWriter _writer;
    private Stream? _stream;
    private volatile bool _completed;

    public Translation(HttpContext context, GrpcWebFormat format)
    {
        (_context, _format) = (context, format);
        (_protocol, _contentType) = (context.Request.Protocol, context.Request.ContentType);
        _response = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _trailers = context.Features.Get<IHttpResponseTrailersFeature>();
        _request = context.Features.Get<IRequestBodyPipeFeature>();
        _reset = context.Features.Get<IHttpResetFeature>();
        _writer = new ResponseWriter(_response.Writer, format.TextResponse);
        Reader = format.TextRequest ? PipeReader.Create(new Base64Stream(context.Request.BodyReader)) : context.Request.BodyReader;

        context.Request.Protocol = GrpcProtocol;
        context.Request.ContentType = format.ServerContentType;
        context.Features.Set<IHttpResponseBodyFeature>(this);
        context.Features.Set<IHttpResponseTrailersFeature>(this);
        context.Features.Set<IRequestBodyPipeFeature>(this);
        context.Features.Set<IHttpResetFeature>(this);
        context.Response.OnStarting(NameContentAsync);
    }

    public PipeReader Reader { get; }

    public PipeWriter Writer => _writer;

    public Stream Stream => _stream ??= Writer.AsStream();

    public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

    public void DisableBuffering() => _response.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        lock (_writer.Gate)
        {
            return _response.StartAsync(cancellationToken);
        }
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    /// <summary>The gRPC server ends the response early when a deadline passes, while the method may still run, and write.</summary>
    public async Task CompleteAsync()
    {
        Task completion;
        lock (_writer.Gate)
        {
            KeepStatus();
            SendTrailers();
            completion = _response.CompleteAsync();
        }

        await completion;
        _completed = true;
    }

    /// <summary>
    /// The gRPC server resets a stream whose deadline passed. A response that has ended is not taken back, though it may still be on its
    /// way. Otherwise HTTP/1.1, which has no streams to reset, closes the connection.
    /// </summary>
    public void Reset(int errorCode)
    {
        if (_completed)
        {
            return;
        }

        if (_reset is not null)
        {
            _reset.Reset(errorCode);
        }
        else
        {
            _context.Abort();
        }
    }

    /// <summary>Sends the trailers, once, with what is still buffered, as the last that goes out when the response is completed.</summary>
    public void SendTrailers()
    {
        if (!_context.RequestAborted.IsCancellationRequested)
        {
            _writer.End(TrailerFrame.Of(Trailers));
        }
    }

    /// <summary>Leaves the context as it was found. The content type of a response that has not started is still named.</summary>
    public void Dispose()
    {
        _context.Request.Protocol = _protocol;
        _context.Request.ContentType = _contentType;
        _context.Features.Set(_response);
        _context.Features.Set(_trailers);
        _context.Features.Set(_request);
        _context.Features.Set(_reset);
        _writer.Dispose();
        if (_format.TextRequest)
        {
            Reader.Complete();
        }
    }

    /// <summary>
    /// The gRPC server makes headers of the status of a response that has not started. When the method's first message starts it at
    /// that moment, the answer has messages, and wants the status behind them.
    /// </summary>
    private void KeepStatus()
    {
        if (Trailers.Count == 0 && _context.Response.HasStarted)
        {
            foreach (var (name, value) in _context.Response.Headers.Where(header => header.Key.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase)))
            {
                Trailers[name] = value;
            }
        }
    }

    private Task NameContentAsync()
    {
        if (GrpcWebFormat.IsGrpc(_context.Response.ContentType))
        {
            _context.Response.ContentType = _format.CallerContentType;
        }

        return Task.CompletedTask;
    }
}
