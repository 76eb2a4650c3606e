using Grpc.Core;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Access;

/// <summary>Every method of the services hosted here, called as everybody: the contract's policy decides before anything else does.</summary>
[Collection(CatalogTestGroup.Name)]
public sealed class AccessTests(CatalogFixture catalog)
{
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(bytes => bytes, bytes => bytes);

    public static TheoryData<string> HostedMethods() => new(MethodPolicies.Methods()
        .Where(method => method.Service.File.Package is "moviesnow.catalog.v1" || method.Service.FullName == "moviesnow.common.v1.AuditService")
        .Select(MethodPolicies.PathOf));

    [Theory]
    [MemberData(nameof(HostedMethods))]
    public async Task EveryMethod_ForEveryIdentity_AnswersAsItsPolicySays(string path)
    {
        var access = MethodPolicies.Find(path)!.Access;

        Assert.Equal(Expected(access, ErrorReason.Unauthenticated), await RefusalAsync(path, catalog.One.Public));
        Assert.Equal(Expected(access, LackOf(access)), await RefusalAsync(path, catalog.One.As(Identity.Viewer)));
        Assert.Equal(
            Expected(access, access is Common.V1.Access.Service ? ErrorReason.ServiceRequired : ErrorReason.MfaRequired),
            await RefusalAsync(path, catalog.One.As(Identity.AdminWithoutMfa)));
        Assert.Equal(access is Common.V1.Access.Service ? "SERVICE_REQUIRED" : null, await RefusalAsync(path, catalog.One.Admin));
        Assert.Equal(access is Common.V1.Access.Admin ? "ADMIN_REQUIRED" : null, await RefusalAsync(path, catalog.One.Service));
    }

    private static ErrorReason LackOf(Common.V1.Access access) =>
        access is Common.V1.Access.Service ? ErrorReason.ServiceRequired : ErrorReason.AdminRequired;

    private static string? Expected(Common.V1.Access access, ErrorReason otherwise) =>
        access is Common.V1.Access.Public ? null : ErrorReasons.NameOf(otherwise);

    /// <summary>The reason of a refusal; null when the call got past the policy.</summary>
    private static async Task<string?> RefusalAsync(string path, Clients caller)
    {
        try
        {
            await CallAsync(path, caller);
            return null;
        }
        catch (RpcException exception)
        {
            return exception.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied ? RpcErrors.InfoOf(exception)!.Reason : null;
        }
    }

    private static async Task CallAsync(string path, Clients caller)
    {
        var parts = path.Split('/');
        var method = new Method<byte[], byte[]>(MethodType.Unary, parts[1], parts[2], Raw, Raw);
        await caller.Invoker.AsyncUnaryCall(method, null, default, []).ResponseAsync;
    }
}
