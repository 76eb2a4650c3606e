using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;

namespace Grpc.AspNetCore.Server.Reflection.Internal;

/// <summary>Answers one question about the services.</summary>
internal static class Reflector
{
    public static ServerReflectionResponse Answer(ServerReflectionRequest request, ServiceCatalog catalog)
    {
        var response = request.MessageRequestCase switch
        {
            ServerReflectionRequest.MessageRequestOneofCase.ListServices => Services(catalog.ServiceNames),
            ServerReflectionRequest.MessageRequestOneofCase.FileByFilename =>
                Files(catalog.Descriptors.FindFile(request.FileByFilename), $"File not found: {request.FileByFilename}"),
            ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol =>
                Files(catalog.Descriptors.FindSymbol(request.FileContainingSymbol), $"Symbol not found: {request.FileContainingSymbol}"),
            ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension =>
                Extension(catalog.Descriptors, request.FileContainingExtension),
            ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType =>
                ExtensionNumbers(catalog.Descriptors, request.AllExtensionNumbersOfType),
            _ => Error(StatusCode.Unimplemented, "The request asks nothing that this server knows."),
        };
        response.ValidHost = request.Host;
        response.OriginalRequest = request;
        return response;
    }

    private static ServerReflectionResponse Services(IEnumerable<string> names) => new()
    {
        ListServicesResponse = new ListServiceResponse { Service = { names.Select(name => new ServiceResponse { Name = name }) } },
    };

    private static ServerReflectionResponse Extension(DescriptorIndex descriptors, ExtensionRequest request) => Files(
        descriptors.FindExtension(request.ContainingType, request.ExtensionNumber),
        $"Extension not found: {request.ContainingType} {request.ExtensionNumber}");

    private static ServerReflectionResponse ExtensionNumbers(DescriptorIndex descriptors, string type) =>
        descriptors.ExtensionNumbers(type) is { } numbers
            ? new() { AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = type, ExtensionNumber = { numbers } } }
            : Error(StatusCode.NotFound, $"Type not found: {type}");

    private static ServerReflectionResponse Files(FileDescriptor? file, string notFound)
    {
        if (file is null)
            return Error(StatusCode.NotFound, notFound);

        var closure = DescriptorIndex.WithImports(file).Select(descriptor => descriptor.SerializedData);
        return new() { FileDescriptorResponse = new FileDescriptorResponse { FileDescriptorProto = { closure } } };
    }

    private static ServerReflectionResponse Error(StatusCode code, string message) =>
        new() { ErrorResponse = new ErrorResponse { ErrorCode = (int)code, ErrorMessage = message } };
}
