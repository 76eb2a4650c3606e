using System.Net;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.Configuration;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Tokens;
using MoviesNow.ServiceDefaults.Idempotency;

namespace MoviesNow.Cli.Connection;

/// <summary>Connections to the services, one channel each.</summary>
internal sealed class ServiceConnections(IConfiguration configuration, TextWriter errors) : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    // It reads many objects for up to 45 seconds, after those that came before.
    private static readonly TimeSpan ExaminationDeadline = TimeSpan.FromMinutes(5);

    // Limits are for a minute; several programs may share one.
    private static readonly TimeSpan RateLimitWait = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, GrpcChannel> _channels = new(StringComparer.Ordinal);

    /// <summary>A way to call a service as somebody or, when null, as the public.</summary>
    /// <exception cref="CommandException">Its address is not known.</exception>
    public CallInvoker Connect(string service, DevelopmentIdentity? identity)
    {
        var token = identity is null ? null : new FreshToken(identity, configuration.SigningKey(), TimeProvider.System);
        return ChannelTo(service).Intercept(new RateLimitPatience(RateLimitWait, errors), new CallDefaults(token));
    }

    public void Dispose()
    {
        foreach (var channel in _channels.Values)
        {
            channel.Dispose();
        }
    }

    private GrpcChannel ChannelTo(string service)
    {
        if (_channels.TryGetValue(service, out var channel))
        {
            return channel;
        }

        var address = configuration[$"services:{service}:grpc:0"]
            ?? throw new CommandException($"The address of {service} is not known: start the AppHost in this checkout, or set services__{service}__grpc__0.");
        return _channels[service] = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpVersion = HttpVersion.Version20,
            ServiceConfig = new ServiceConfig { MethodConfigs = { RetryWhileUnavailable(), NeverRetry() } },
        });
    }

    // UNAVAILABLE says that a retry helps: a dependency of the service may be starting.
    private static MethodConfig RetryWhileUnavailable() => new()
    {
        Names = { MethodName.Default },
        RetryPolicy = new RetryPolicy
        {
            MaxAttempts = 5,
            InitialBackoff = TimeSpan.FromMilliseconds(500),
            MaxBackoff = TimeSpan.FromSeconds(3),
            BackoffMultiplier = 2,
            RetryableStatusCodes = { StatusCode.Unavailable },
        },
    };

    // A file that was read in part is not sent again: whoever sends it asks first how far the service came.
    private static MethodConfig NeverRetry() => new()
    {
        Names = { new MethodName { Service = ImportService.Descriptor.FullName, Method = nameof(ImportService.ImportServiceClient.ImportCatalog) } },
    };

    /// <summary>
    /// Every call has the token when there is one. Every attempt of a unary call has a deadline, and the call an idempotency key: a change
    /// that is sent again when its answer was lost has its effect once.
    /// </summary>
    private sealed class CallDefaults(FreshToken? token) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            var headers = Headers(context.Options);
            if (headers.Get(IdempotencyKey.Header) is null)
            {
                headers.Add(IdempotencyKey.Header, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString());
            }

            var deadline = request is ValidateMediaRequest { Depth: ValidationDepth.Objects } ? ExaminationDeadline : Deadline;
            var options = context.Options.WithHeaders(headers).WithDeadline(TimeProvider.System.GetUtcNow().UtcDateTime + deadline);
            return continuation(request, new(context.Method, context.Host, options));
        }

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) =>
            continuation(new(context.Method, context.Host, context.Options.WithHeaders(Headers(context.Options))));

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
            continuation(request, new(context.Method, context.Host, context.Options.WithHeaders(Headers(context.Options))));

        private Metadata Headers(CallOptions options)
        {
            var headers = new Metadata();
            foreach (var header in options.Headers ?? [])
            {
                headers.Add(header);
            }

            if (token is not null)
            {
                headers.Add("authorization", $"Bearer {token.Get()}");
            }

            return headers;
        }
    }
}
