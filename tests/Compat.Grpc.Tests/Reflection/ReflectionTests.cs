using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using GrpcTests.Harness;
using GrpcTests.Sample;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace GrpcTests.Reflection;

public sealed class ReflectionTests : IAsyncLifetime
{
    private SampleServer _server = null!;

    public async Task InitializeAsync() => _server = await StartReflectingAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    internal static Task<SampleServer> StartReflectingAsync() => SampleServer.StartAsync(
        services: services =>
        {
            services.AddGrpcReflection();
            services.AddGrpcHealthChecks();
        },
        map: app =>
        {
            app.MapGrpcService<SampleHandler>();
            app.MapGrpcHealthChecksService();
            app.MapGrpcReflectionService();
        });

    [Fact]
    public async Task ListServices_MappedServices_AreAllNamed()
    {
        var response = await AskAsync(new ServerReflectionRequest { ListServices = "*" });

        Assert.Equal(
            ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "sample.v1.SampleService"],
            response.ListServicesResponse.Service.Select(service => service.Name));
    }

    [Theory]
    [InlineData("sample.v1.SampleService")]
    [InlineData("sample.v1.SampleService.Echo")]
    [InlineData("sample.v1.FailRequest")]
    [InlineData("sample.v1.FailRequest.How")]
    [InlineData("sample.v1.FailRequest.message")]
    public async Task FileContainingSymbol_EachKind_GivesTheFileFirstAndAllImports(string symbol)
    {
        var response = await AskAsync(new ServerReflectionRequest { FileContainingSymbol = symbol });

        Assert.Equal(
            ["sample.proto", "extension.proto", "google/protobuf/duration.proto", "google/protobuf/timestamp.proto"], FileNames(response));
    }

    [Theory]
    [InlineData("grpc.health.v1.Health", "grpc/health/v1/health.proto")]
    [InlineData("grpc.reflection.v1.ServerReflection", "grpc/reflection/v1/reflection.proto")]
    [InlineData("grpc.reflection.v1alpha.ServerReflection", "grpc/reflection/v1alpha/reflection.proto")]
    [InlineData("sample.v1.nickname", "extension.proto")]
    [InlineData("sample.v1.Holder.age", "extension.proto")]
    [InlineData("google.protobuf.Duration", "google/protobuf/duration.proto")]
    public async Task FileContainingSymbol_OtherFiles_AreFound(string symbol, string file) =>
        Assert.Equal(file, FileNames(await AskAsync(new ServerReflectionRequest { FileContainingSymbol = symbol }))[0]);

    [Fact]
    public async Task FileByFilename_Known_GivesTheFileAsCompiled()
    {
        var response = await AskAsync(new ServerReflectionRequest { FileByFilename = "extension.proto" });

        Assert.Equal(ExtensionReflection.Descriptor.SerializedData, response.FileDescriptorResponse.FileDescriptorProto[0]);
    }

    [Theory]
    [InlineData(150)]
    [InlineData(120)]
    public async Task FileContainingExtension_Known_GivesItsFile(int number)
    {
        var response = await AskAsync(new ServerReflectionRequest
        {
            FileContainingExtension = new ExtensionRequest { ContainingType = "sample.v1.Extensible", ExtensionNumber = number },
        });

        Assert.Equal(["extension.proto", "google/protobuf/timestamp.proto"], FileNames(response));
    }

    [Theory]
    [InlineData("sample.v1.Extensible", new[] { 120, 150 })]
    [InlineData("sample.v1.EchoRequest", new int[0])]
    public async Task AllExtensionNumbersOfType_Known_GivesThemAscending(string type, int[] expected)
    {
        var response = await AskAsync(new ServerReflectionRequest { AllExtensionNumbersOfType = type });

        Assert.Equal(type, response.AllExtensionNumbersResponse.BaseTypeName);
        Assert.Equal(expected, response.AllExtensionNumbersResponse.ExtensionNumber);
    }

    public static TheoryData<ServerReflectionRequest, StatusCode> Wrong => new()
    {
        { new ServerReflectionRequest { FileByFilename = "none.proto" }, StatusCode.NotFound },
        { new ServerReflectionRequest { FileContainingSymbol = "none.at.All" }, StatusCode.NotFound },
        { new ServerReflectionRequest { FileContainingExtension = new() { ContainingType = "sample.v1.Extensible", ExtensionNumber = 7 } }, StatusCode.NotFound },
        { new ServerReflectionRequest { FileContainingExtension = new() { ContainingType = "none", ExtensionNumber = 120 } }, StatusCode.NotFound },
        { new ServerReflectionRequest { AllExtensionNumbersOfType = "none" }, StatusCode.NotFound },
        { new ServerReflectionRequest(), StatusCode.Unimplemented },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Ask_UnknownThing_AnswersWithAnErrorAndGoesOn(ServerReflectionRequest request, StatusCode expected)
    {
        using var call = new ServerReflection.ServerReflectionClient(_server.Channel).ServerReflectionInfo();

        var wrong = await AskAsync(call, request);
        var right = await AskAsync(call, new ServerReflectionRequest { Host = "example", ListServices = "" });

        Assert.Equal((int)expected, wrong.ErrorResponse.ErrorCode);
        Assert.NotEmpty(wrong.ErrorResponse.ErrorMessage);
        Assert.Equal(request, wrong.OriginalRequest);
        Assert.Equal(4, right.ListServicesResponse.Service.Count);
        Assert.Equal("example", right.ValidHost);
    }

    [Fact]
    public async Task V1Alpha_SameQuestion_HasTheSameAnswer()
    {
        using var call = new Grpc.Reflection.V1Alpha.ServerReflection.ServerReflectionClient(_server.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new() { FileContainingSymbol = "sample.v1.EchoRequest" });
        Assert.True(await call.ResponseStream.MoveNext());

        var v1 = await AskAsync(new ServerReflectionRequest { FileContainingSymbol = "sample.v1.EchoRequest" });

        Assert.Equal(v1.FileDescriptorResponse.FileDescriptorProto, call.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto);
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task MapGrpcReflectionService_NotRegistered_SaysWhatToCall()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => SampleServer.StartAsync(map: app => app.MapGrpcReflectionService()));

        Assert.Contains("AddGrpcReflection", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<ServerReflectionResponse> AskAsync(
        AsyncDuplexStreamingCall<ServerReflectionRequest, ServerReflectionResponse> call, ServerReflectionRequest request)
    {
        await call.RequestStream.WriteAsync(request);
        Assert.True(await call.ResponseStream.MoveNext());
        return call.ResponseStream.Current;
    }

    private static List<string> FileNames(ServerReflectionResponse response) =>
        [.. response.FileDescriptorResponse.FileDescriptorProto.Select(file => FileDescriptorProto.Parser.ParseFrom(file).Name)];

    private async Task<ServerReflectionResponse> AskAsync(ServerReflectionRequest request)
    {
        using var call = new ServerReflection.ServerReflectionClient(_server.Channel).ServerReflectionInfo();
        return await AskAsync(call, request);
    }
}
