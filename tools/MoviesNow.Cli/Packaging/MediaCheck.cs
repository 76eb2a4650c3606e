using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Catalog;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Packaging;

/// <summary>Looks at what was uploaded as <c>moviesnow lint --objects</c> does, and publishes what is in order.</summary>
internal static class MediaCheck
{
    /// <summary>The findings; they are told on the error stream too. Without access to the bucket only rows are looked at.</summary>
    public static async Task<IReadOnlyList<MediaFinding>> ExamineAsync(CatalogCall call, string titleId)
    {
        var findings = (await ValidateAsync(call, titleId)).Findings;
        LintCommand.Note(call, findings);
        return findings;
    }

    /// <summary>Publishes a title unless it has errors.</summary>
    /// <returns>Whether it is public.</returns>
    public static async Task<bool> PublishAsync(CatalogCall call, string titleId, IReadOnlyList<MediaFinding> findings)
    {
        if (HasErrors(findings))
        {
            await call.Parsed.InvocationConfiguration.Error.WriteLineAsync("The title was not published, as its media has errors.");
            return false;
        }

        var options = new CallOptions(cancellationToken: call.CancellationToken);
        var title = (await call.Clients.Titles.GetTitleAsync(new GetTitleRequest { TitleId = titleId }, options)).Title;
        if (title.State is not TitleState.Published)
        {
            await call.Clients.Titles.PublishTitleAsync(new PublishTitleRequest { TitleId = titleId, Etag = title.Etag }, options);
        }

        return true;
    }

    public static bool HasErrors(IReadOnlyList<MediaFinding> findings) => findings.Any(finding => finding.Severity is FindingSeverity.Error);

    private static async Task<ValidateMediaResponse> ValidateAsync(CatalogCall call, string titleId)
    {
        var options = new CallOptions(cancellationToken: call.CancellationToken);
        var request = new ValidateMediaRequest { TitleId = titleId, Depth = ValidationDepth.Objects };
        try
        {
            return await call.Clients.Playback.ValidateMediaAsync(request, options);
        }
        catch (RpcException exception)
            when (string.Equals(RpcErrors.InfoOf(exception)?.Reason, ErrorReasons.NameOf(ErrorReason.StorageNotConfigured), StringComparison.Ordinal))
        {
            await call.Parsed.InvocationConfiguration.Error.WriteLineAsync("The catalogue cannot read the bucket: only its rows are examined.");
            request.Depth = ValidationDepth.Rows;
            return await call.Clients.Playback.ValidateMediaAsync(request, options);
        }
    }
}
