using GrpcTests.Sample;

namespace GrpcTests.Harness;

/// <summary>One server with default options for the tests of a class.</summary>
public sealed class SampleServerFixture : IAsyncLifetime
{
    public SampleServer Server { get; private set; } = null!;

    public SampleService.SampleServiceClient Client => Server.Client;

    public async Task InitializeAsync() => Server = await SampleServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
