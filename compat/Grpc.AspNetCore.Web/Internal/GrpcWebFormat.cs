using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Grpc.AspNetCore.Web.Internal;

/// <summary>How a gRPC-Web call is written in either direction.</summary>
/// <param name="TextRequest">The request's body is base64.</param>
/// <param name="TextResponse">The response's body is to be base64.</param>
/// <param name="Suffix">How messages are encoded, such as <c>+proto</c>; empty when the caller does not say.</param>
internal readonly record struct GrpcWebFormat(bool TextRequest, bool TextResponse, string Suffix)
{
    private const string Grpc = "application/grpc";
    private const string Binary = "application/grpc-web";
    private const string Text = "application/grpc-web-text";

    /// <summary>The content type under which the gRPC server takes the request.</summary>
    public string ServerContentType => Grpc + Suffix;

    /// <summary>The content type under which the caller takes the response.</summary>
    public string CallerContentType => (TextResponse ? Text : Binary) + Suffix;

    /// <summary>Reads a request's headers; null when it is no gRPC-Web call.</summary>
    public static GrpcWebFormat? Of(HttpRequest request)
    {
        if (request.ContentType?.StartsWith(Binary, StringComparison.OrdinalIgnoreCase) != true
            || !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || IsText(type) is not { } isText)
        {
            return null;
        }

        var suffix = type.Suffix.HasValue ? $"+{type.Suffix}" : "";
        return new GrpcWebFormat(isText, WantsText(request) ?? isText, suffix);
    }

    /// <summary>Whether the gRPC server says that the response is gRPC; errors of the HTTP level are not.</summary>
    public static bool IsGrpc(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == Grpc.Length || contentType[Grpc.Length] is '+' or ';');

    /// <summary>The first gRPC-Web type in Accept decides; without one the answer is written as the request is.</summary>
    private static bool? WantsText(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
            ? accepted.Select(IsText).FirstOrDefault(isText => isText is not null)
            : null;

    private static bool? IsText(MediaTypeHeaderValue type)
    {
        if (!type.Type.Equals("application", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var name = type.SubTypeWithoutSuffix;
        return name.Equals("grpc-web-text", StringComparison.OrdinalIgnoreCase) ? true
            : name.Equals("grpc-web", StringComparison.OrdinalIgnoreCase) ? false
            : null;
    }
}
