using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Google.Protobuf;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.ServiceDefaults.Requests;

/// <summary>
/// Opaque page tokens of keyset pagination: the sort values of the last row, bound by a hash to all other parameters of the
/// request, so that a token used with another filter is refused rather than misread.
/// </summary>
public static class PageToken
{
    private const int BindingLength = 16;

    /// <summary>The number of rows a page, where 0 means the default and too many are coerced to the limit.</summary>
    public static int Size(RequestCheck check, int requested, int defaultSize = 50, int maxSize = 200)
    {
        ArgumentNullException.ThrowIfNull(check);
        check.Require(requested >= 0, "page_size", "must not be negative");
        return requested == 0 ? defaultSize : Math.Min(requested, maxSize);
    }

    /// <summary>The token of the page after a row.</summary>
    /// <param name="request">The list request; its <c>page_size</c> and <c>page_token</c> are left out of the binding.</param>
    /// <param name="cursor">The sort values of the last row.</param>
    public static string Next(IMessage request, params string[] cursor) =>
        Base64Url.EncodeToString([.. Binding(request), .. JsonSerializer.SerializeToUtf8Bytes(cursor)]);

    /// <summary>The sort values that a token carries; null for an empty token.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT <c>INVALID_PAGE_TOKEN</c>.</exception>
    public static string[]? Read(IMessage request, string token, int cursorLength)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.Length == 0)
        {
            return null;
        }

        try
        {
            var bytes = Base64Url.DecodeFromChars(token);
            if (bytes.Length > BindingLength
                && bytes.AsSpan(0, BindingLength).SequenceEqual(Binding(request))
                && JsonSerializer.Deserialize<string?[]>(bytes.AsSpan(BindingLength)) is { } cursor
                && cursor.Length == cursorLength
                && Array.TrueForAll(cursor, value => value?.Contains('\0') == false))
            {
                return cursor!;
            }
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            // Falls through: a token that we did not make.
        }

        throw RpcErrors.Of(ErrorReason.InvalidPageToken);
    }

    private static byte[] Binding(IMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var bound = request.Descriptor.Parser.ParseFrom(request.ToByteArray());
        bound.Descriptor.FindFieldByName("page_size")?.Accessor.Clear(bound);
        bound.Descriptor.FindFieldByName("page_token")?.Accessor.Clear(bound);
        return SHA256.HashData([.. System.Text.Encoding.UTF8.GetBytes(bound.Descriptor.FullName), 0, .. bound.ToByteArray()])[..BindingLength];
    }
}
