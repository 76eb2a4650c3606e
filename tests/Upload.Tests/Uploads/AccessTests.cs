using Google.Protobuf.Reflection;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Uploads;

[Collection(nameof(SharedSystem))]
public sealed class AccessTests(SharedSystem shared) : UploadTest(shared)
{
    private static readonly ServiceDescriptor[] Services =
    [
        UploadService.Descriptor, MultipartUploadService.Descriptor, BundleUploadService.Descriptor, ProxyUploadService.Descriptor,
        PackageUploadService.Descriptor, SweepService.Descriptor, AuditService.Descriptor,
    ];

    public static TheoryData<string> Methods =>
        [.. Services.SelectMany(service => service.Methods).Where(IsForAdmins).Select(method => $"{method.Service.FullName}/{method.Name}")];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task EveryMethod_WithoutAnAdminsToken_IsRefused(string method)
    {
        await RpcAssert.FailsAsync(ErrorReason.Unauthenticated, () => CallAsync(null, method));
        await RpcAssert.FailsAsync(ErrorReason.AdminRequired, () => CallAsync(Identity.Viewer, method));
        await RpcAssert.FailsAsync(ErrorReason.AdminRequired, () => CallAsync(Identity.Service, method));
        await RpcAssert.FailsAsync(ErrorReason.MfaRequired, () => CallAsync(Identity.AdminWithoutMfa, method));
    }

    private static bool IsForAdmins(MethodDescriptor method) =>
        !method.IsClientStreaming && MethodPolicies.Find(MethodPolicies.PathOf(method)) is { Access: Access.Admin };

    private async Task CallAsync(Identity? identity, string path)
    {
        var names = path.Split('/');
        var marshaller = Marshallers.Create(bytes => bytes, bytes => bytes);
        var method = new Method<byte[], byte[]>(MethodType.Unary, names[0], names[1], marshaller, marshaller);
        await System.As(identity).AsyncUnaryCall(method, host: null, new CallOptions(), []);
    }
}
