using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Web.Internal;

/// <summary>
/// One call's view of the connection, as the gRPC server needs it: HTTP/2, <c>application/grpc</c>, binary bodies and trailers.
/// The trailers go into the body; those of an answer without messages are headers already, where callers look for them too.
/// </summary>
internal sealed class Translation : IHttpResponseBodyFeature, IHttpResponseTrailersFeature, IRequestBodyPipeFeature, IHttpResetFeature
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
    private readonly Base64PipeWriter? _encoder;
    private Stream? _stream;
    private int _sent;
    private volatile bool _completed;

    public Translation(HttpContext context, GrpcWebFormat format)
    {
        (_context, _format) = (context, format);
        (_protocol, _contentType) = (context.Request.Protocol, context.Request.ContentType);
        _response = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _trailers = context.Features.Get<IHttpResponseTrailersFeature>();
        _request = context.Features.Get<IRequestBodyPipeFeature>();
        _reset = context.Features.Get<IHttpResetFeature>();
        _encoder = format.TextResponse ? new Base64PipeWriter(_response.Writer) : null;
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

    public PipeWriter Writer => _encoder ?? _response.Writer;

    public Stream Stream => _stream ??= Writer.AsStream();

    public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

    public void DisableBuffering() => _response.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => _response.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    /// <summary>The gRPC server ends the response early when a deadline passes, while the method may still run.</summary>
    public async Task CompleteAsync()
    {
        await SendTrailersAsync();
        await _response.CompleteAsync();
        _completed = true;
    }

    /// <summary>
    /// HTTP/1.1 has no streams to reset. Closing its connection instead could cost the caller a response that is already whole.
    /// </summary>
    public void Reset(int errorCode)
    {
        if (_reset is not null)
        {
            _reset.Reset(errorCode);
        }
        else if (!_completed)
        {
            _context.Abort();
        }
    }

    /// <summary>Sends the trailers, once, and what is still buffered.</summary>
    public async Task SendTrailersAsync()
    {
        if (Interlocked.Exchange(ref _sent, 1) == 0 && Trailers.Count > 0 && !_context.RequestAborted.IsCancellationRequested)
        {
            TrailerFrame.Write(Writer, Trailers);
            await Writer.FlushAsync(_context.RequestAborted);
        }
    }

    /// <summary>Leaves the context as it was found. The content type of a response that has not started is still named.</summary>
    public void Undo()
    {
        _context.Request.Protocol = _protocol;
        _context.Request.ContentType = _contentType;
        _context.Features.Set(_response);
        _context.Features.Set(_trailers);
        _context.Features.Set(_request);
        _context.Features.Set(_reset);
        _encoder?.Dispose();
        if (_format.TextRequest)
        {
            Reader.Complete();
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
