using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using GrpcTests.Harness;
using GrpcTests.Sample;
using Microsoft.AspNetCore.Hosting;

namespace GrpcTests.Calls;

public sealed class CredentialsTests
{
    private static CallCredentials Adding(string key, string value) => CallCredentials.FromInterceptor((context, metadata) =>
    {
        metadata.Add(key, $"{value} for {context.MethodName}");
        return Task.CompletedTask;
    });

    [Fact]
    public async Task CallCredentials_OverTls_AddTheirHeaders()
    {
        using var certificate = MakeCertificate();
        await using var server = await SampleServer.StartAsync(listen: options => options.UseHttps(certificate));
        var address = new Uri(server.Address.Replace("http:", "https:", StringComparison.Ordinal));
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented!.GetCertHashString() == certificate.Thumbprint;
        using var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = handler,
            Credentials = ChannelCredentials.Create(ChannelCredentials.SecureSsl, Adding("x-channel", "1")),
        });
        var options = new CallOptions(credentials: CallCredentials.Compose(Adding("x-call", "2"), Adding("x-call", "3")));

        var seen = await new SampleService.SampleServiceClient(channel).DescribeAsync(new DescribeRequest(), options);

        Assert.Contains("x-channel=1 for Describe", seen.Headers);
        Assert.Contains("x-call=2 for Describe, 3 for Describe", seen.Headers);
    }

    [Fact]
    public async Task CallCredentials_InTheClear_AreSentOnlyWhenAllowed()
    {
        await using var server = await SampleServer.StartAsync();
        using var open = server.Connect(options =>
        {
            options.Credentials = ChannelCredentials.Insecure;
            options.UnsafeUseInsecureChannelCallCredentials = true;
        });
        var options = new CallOptions(credentials: Adding("x-call", "1"));

        var allowed = await new SampleService.SampleServiceClient(open).DescribeAsync(new DescribeRequest(), options);
        var kept = await server.Client.DescribeAsync(new DescribeRequest(), options);

        Assert.Contains("x-call=1 for Describe", allowed.Headers);
        Assert.DoesNotContain(kept.Headers, header => header.StartsWith("x-call", StringComparison.Ordinal));
    }

    [Fact]
    public void Create_OnAnInsecureChannel_IsRefused() =>
        Assert.Throws<ArgumentException>(() => ChannelCredentials.Create(ChannelCredentials.Insecure, Adding("x", "1")));

    [Fact]
    public void Compose_FewerThanTwo_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => CallCredentials.Compose());
        Assert.Throws<ArgumentException>(() => CallCredentials.Compose(Adding("x", "1")));
    }

    [Fact]
    public void SslCredentials_Parts_AreHandedToTheConfigurator()
    {
        var pair = new KeyCertificatePair("chain", "key");
        VerifyPeerCallback callback = context => context.TargetName == "target";
        var configurator = new Configurator();

        new SslCredentials("roots", pair, callback).InternalPopulateConfiguration(configurator, "state");

        Assert.Equal(("state", "roots", pair, callback), configurator.Ssl);
        Assert.True(callback(new VerifyPeerContext("target", "pem")));
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private sealed class Configurator : ChannelCredentialsConfiguratorBase
    {
        public (object? State, string? Roots, KeyCertificatePair? Pair, VerifyPeerCallback? Callback) Ssl { get; private set; }

        public override void SetInsecureCredentials(object? state) => throw new InvalidOperationException();

        public override void SetSslCredentials(
            object? state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback) =>
            Ssl = (state, rootCertificates, keyCertificatePair, verifyPeerCallback);

        public override void SetCompositeCredentials(object? state, ChannelCredentials channelCredentials, CallCredentials callCredentials) =>
            throw new InvalidOperationException();
    }
}
