using Grpc.Core;
using GrpcTests.Harness;
using GrpcTests.Sample;

namespace GrpcTests.Core;

public sealed class ServiceDefinitionTests
{
    private static readonly Method<string, string> SomeMethod =
        new(MethodType.Unary, "Service", "Call", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    [Fact]
    public void Builder_SameMethodTwice_IsRefused()
    {
        var builder = ServerServiceDefinition.CreateBuilder().AddMethod(SomeMethod, (string request, ServerCallContext _) => Task.FromResult(request));

        Assert.Throws<InvalidOperationException>(
            () => builder.AddMethod(SomeMethod, (string request, ServerCallContext _) => Task.FromResult(request)));
    }

    [Fact]
    public void BindService_GeneratedCode_BindsEveryMethodOnce()
    {
        var binder = new CountingBinder();

        SampleService.BindService(binder, new SampleHandler(new Observations()));

        Assert.Equal(
            ["Chat", "Collect", "Describe", "Echo", "Fail", "Hang", "Missing", "Repeat"], binder.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void BindServiceMethodAttribute_OnTheGeneratedBase_NamesTheBindMethod()
    {
        var attribute = (BindServiceMethodAttribute)Attribute.GetCustomAttribute(
            typeof(SampleHandler), typeof(BindServiceMethodAttribute))!;

        Assert.Equal(typeof(SampleService), attribute.BindType);
        Assert.Equal("BindService", attribute.BindMethodName);
    }

    [Fact]
    public void Binder_NothingOverridden_IsNotImplemented() => Assert.Throws<NotImplementedException>(
        () => new ServiceBinderBase().AddMethod(SomeMethod, (string request, ServerCallContext _) => Task.FromResult(request)));

    [Fact]
    public void AuthContext_Properties_AreFoundByName()
    {
        var context = new AuthContext("name", new()
        {
            ["name"] = [AuthProperty.Create("name", "me"u8.ToArray())],
            ["other"] = [AuthProperty.Create("other", [1]), AuthProperty.Create("other", [2])],
        });

        Assert.True(context.IsPeerAuthenticated);
        Assert.Equal("me", Assert.Single(context.PeerIdentity).Value);
        Assert.Equal(2, context.FindPropertiesByName("other").Count());
        Assert.Empty(context.FindPropertiesByName("none"));
        Assert.Equal(3, context.Properties.Count());
        Assert.False(new AuthContext(null, []).IsPeerAuthenticated);
        Assert.Empty(new AuthContext(null, []).PeerIdentity);
    }

    private sealed class CountingBinder : ServiceBinderBase
    {
        public List<string> Names { get; } = [];

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            Names.Add(method.Name);

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) => Names.Add(method.Name);

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) => Names.Add(method.Name);

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) => Names.Add(method.Name);
    }
}
