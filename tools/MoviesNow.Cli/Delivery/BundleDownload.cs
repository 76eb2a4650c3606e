using System.Net;
using MoviesNow.Cli.Transfer;
using MoviesNow.Cli.Uploads;
using MoviesNow.Delivery.V1;

namespace MoviesNow.Cli.Delivery;

/// <summary>
/// Downloads an object to a file, whatever happens on the way: it goes on where the connection broke, and with a fresh link where the old one has
/// expired. What arrived is verified before the file gets its name.
/// </summary>
/// <param name="links">Gives links.</param>
/// <param name="reader">Fetches.</param>
/// <param name="time">Tells the time.</param>
/// <param name="patience">For how long it is tried without a byte arriving; five minutes unless told.</param>
internal sealed class BundleDownload(DownloadLinks links, ObjectReader reader, TimeProvider time, TimeSpan? patience = null)
{
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromMinutes(5);
    private readonly PatientCalls _calls = new(time);

    /// <summary>Downloads into the file that the part becomes.</summary>
    /// <param name="first">The link to begin with.</param>
    /// <param name="part">The file; it may have a beginning.</param>
    /// <param name="remedy">What the user is told when it fails.</param>
    /// <param name="progress">Is told what happens.</param>
    /// <param name="cancellationToken">Gives up; what arrived stays for another run.</param>
    /// <returns>The last link, to which the part fits.</returns>
    /// <exception cref="CommandException">What arrived is not what the service says; nothing of it is left.</exception>
    public async Task<DownloadLink> RunAsync(
        DownloadLink first, PartFile part, UploadRemedy remedy, ITransferProgress progress, CancellationToken cancellationToken)
    {
        var link = first;
        progress.Begin("Reading", 0);
        await remedy.OfferAsync(AdoptAsync(), cancellationToken);
        while (true)
        {
            var isResumed = part.Length > 0;
            link = await remedy.OfferAsync(FetchAsync(link, part, progress, cancellationToken), cancellationToken);
            var sha256 = part.Sha256;
            if (link.Sha256.Length == 0 || string.Equals(link.Sha256, sha256, StringComparison.Ordinal))
            {
                return link;
            }

            part.Restart();
            if (!isResumed)
            {
                throw new CommandException(
                    $"What arrived is not what the service says: its SHA-256 is {sha256}, not {link.Sha256}. Nothing was saved.");
            }

            // The bytes of an earlier run may have been damaged since.
        }

        async Task<bool> AdoptAsync()
        {
            await part.AdoptAsync(link, progress.Moved, cancellationToken);
            return true;
        }
    }

    private async Task<DownloadLink> FetchAsync(DownloadLink link, PartFile part, ITransferProgress progress, CancellationToken cancellationToken)
    {
        var (faults, since, isFresh) = (0, time.GetTimestamp(), false);
        progress.Begin("Receiving", link.SizeBytes - part.Length);
        while (part.Length < link.SizeBytes)
        {
            var before = part.Length;
            try
            {
                await reader.ReadAsync(link, part, progress, cancellationToken);
            }
            catch (Exception exception) when (IsWorthRepeating(exception, isFresh && part.Length == before))
            {
                if (part.Length != before)
                {
                    (faults, since, isFresh) = (0, time.GetTimestamp(), false);
                }

                if (time.GetElapsedTime(since) > _patience)
                {
                    throw;
                }

                if (IsLinkUseless(exception))
                {
                    link = await RenewAsync(link, part, progress, cancellationToken);
                    isFresh = true;
                }
                else
                {
                    // The link is used as long as it works: another one may cost a token or a part of the quota.
                    await Task.Delay(Backoff.After(faults++), time, cancellationToken);
                    isFresh = false;
                }
            }
        }

        return link;
    }

    private async Task<DownloadLink> RenewAsync(DownloadLink old, PartFile part, ITransferProgress progress, CancellationToken cancellationToken)
    {
        var link = await _calls.CallAsync(() => links.AskAsync(cancellationToken), cancellationToken);
        if (link.SizeBytes != old.SizeBytes || !string.Equals(link.Sha256, old.Sha256, StringComparison.Ordinal))
        {
            part.Restart();
            progress.Begin("Receiving again", link.SizeBytes);
        }

        return link;
    }

    /// <summary>Whether another attempt may help; a fresh link that does not work either is a refusal.</summary>
    private static bool IsWorthRepeating(Exception exception, bool isLinkFresh) => exception switch
    {
        StorageRefusedException refused => refused.Refusal.IsTemporary || (IsLinkUseless(exception) && !isLinkFresh),
        HttpRequestException or IOException or TimeoutException => true,
        _ => false,
    };

    /// <summary>Expired, or of an object that is gone: the service says whether there is another.</summary>
    private static bool IsLinkUseless(Exception exception) =>
        exception is StorageRefusedException { Refusal.Status: HttpStatusCode.Forbidden or HttpStatusCode.NotFound };
}
