using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using MoviesNow.Interop.Tests.Harness;
using MoviesNow.Testing;

namespace MoviesNow.Interop.Tests.Reflection;

/// <summary>Server reflection of Catalog, by the official client.</summary>
public sealed class ReflectionClientTests(PostgresFixture postgres, GarnetFixture garnet) : IClassFixture<PostgresFixture>, IClassFixture<GarnetFixture>
{
    [Fact]
    public async Task Reflection_InDevelopment_ListsTheServicesAndDescribesThem()
    {
        var listed = await AskAsync("Development", new ServerReflectionRequest { ListServices = "" });
        var found = await AskAsync("Development", new ServerReflectionRequest { FileContainingSymbol = "moviesnow.catalog.v1.TitleService" });

        var names = listed.ListServicesResponse.Service.Select(service => service.Name).ToList();
        foreach (var name in (string[])["moviesnow.catalog.v1.TitleService", "moviesnow.catalog.v1.BundleService", "grpc.health.v1.Health"])
        {
            Assert.Contains(name, names);
        }

        // The files are all that a client needs.
        var described = FileDescriptor.BuildFromByteStrings(ImportsFirst(found.FileDescriptorResponse.FileDescriptorProto));
        var service = described.SelectMany(file => file.Services).Single(service => string.Equals(service.FullName, "moviesnow.catalog.v1.TitleService", StringComparison.Ordinal));
        Assert.Equal("moviesnow.catalog.v1.GetTitleRequest", service.FindMethodByName("GetTitle")?.InputType.FullName);
        Assert.NotNull(service.FindMethodByName("CreateTitle"));
    }

    [Fact]
    public async Task Reflection_InProduction_IsUnimplemented()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => AskAsync("Production", new ServerReflectionRequest { ListServices = "" }));

        Assert.Equal(StatusCode.Unimplemented, refused.StatusCode);
    }

    private static List<ByteString> ImportsFirst(IEnumerable<ByteString> files)
    {
        var rest = files.Select(file => (Bytes: file, Proto: FileDescriptorProto.Parser.ParseFrom(file))).ToList();
        var sorted = new List<ByteString>();
        while (rest.Count > 0)
        {
            var next = rest.Find(file => !rest.Exists(other => file.Proto.Dependency.Contains(other.Proto.Name)));
            Assert.NotNull(next.Bytes);
            sorted.Add(next.Bytes);
            rest.Remove(next);
        }

        return sorted;
    }

    private async Task<ServerReflectionResponse> AskAsync(string environment, ServerReflectionRequest request)
    {
        await using var catalog = await CatalogHost.CreateAsync(await postgres.CreateDatabaseAsync(), garnet.ConnectionString, environment);
        using var call = new ServerReflection.ServerReflectionClient(catalog.As(null)).ServerReflectionInfo(deadline: DateTime.UtcNow.AddSeconds(30));
        try
        {
            await call.RequestStream.WriteAsync(request);
            await call.RequestStream.CompleteAsync();
        }
        catch (RpcException)
        {
            // A refusal may come before the request is written; the answer tells its status.
        }

        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        return call.ResponseStream.Current;
    }
}
