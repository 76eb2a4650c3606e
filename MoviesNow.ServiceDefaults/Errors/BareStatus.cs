using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using MoviesNow.Common.V1;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>A status that gRPC raised by itself, among the headers or trailers of an answer.</summary>
internal static class BareStatus
{
    private const string StatusField = "grpc-status";
    private const string MessageField = "grpc-message";

    /// <summary>Gives an error without details those that every error has.</summary>
    /// <param name="fields">The headers or trailers.</param>
    /// <param name="isTooSlow">Whether the error is that the request came too slowly.</param>
    public static void Enrich(IHeaderDictionary fields, bool isTooSlow = false)
    {
        if (!int.TryParse(fields[StatusField], NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            || code == (int)StatusCode.OK
            || fields.ContainsKey(RpcErrors.DetailsTrailer))
        {
            return;
        }

        var reason = isTooSlow ? ErrorReason.DeadlineExceeded : ErrorReasons.ReasonOf((StatusCode)code, fields[MessageField]);
        var error = reason is ErrorReason.Internal ? RpcErrors.Defect() : RpcErrors.Of(reason);
        fields[StatusField] = ((int)error.StatusCode).ToString(CultureInfo.InvariantCulture);
        fields[MessageField] = error.Status.Detail;
        fields[RpcErrors.DetailsTrailer] = Convert.ToBase64String(error.Trailers.GetValueBytes(RpcErrors.DetailsTrailer)!);
    }
}
