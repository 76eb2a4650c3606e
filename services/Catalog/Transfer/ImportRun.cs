using System.Threading.Channels;
using Grpc.Core;
using MoviesNow.Catalog.Caching;
using MoviesNow.Catalog.Transfer.Formats;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Transfer;

/// <summary>
/// Reads the stream of a file while what was read before is written. One batch waits at most between the two, so a client sends as fast as
/// batches are committed, and memory does not grow with the file.
/// </summary>
internal sealed class ImportRun(ImportSession session, TitleCache cache, TimeProvider time)
{
    private const int MaxChunk = 65_536;

    public async Task RunAsync(IAsyncStreamReader<ImportCatalogRequest> requests, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var blocks = Channel.CreateBounded<ParsedBlock>(1);
        var writing = Task.Run(() => WriteAsync(blocks.Reader, stop), CancellationToken.None);
        try
        {
            await ReadAsync(requests, blocks.Writer, stop.Token);
            blocks.Writer.Complete();
        }
        catch (Exception exception)
        {
            // What is being written then is not committed.
            blocks.Writer.TryComplete(exception);
            await stop.CancelAsync();
            await ((Task)writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (exception is OperationCanceledException && writing.IsFaulted)
            {
                await writing;
            }

            throw;
        }

        await writing;
        await session.CompleteAsync(time.GetUtcNow(), cancellationToken);
    }

    private async Task ReadAsync(IAsyncStreamReader<ImportCatalogRequest> requests, ChannelWriter<ParsedBlock> blocks, CancellationToken cancellationToken)
    {
        var reader = RecordReaders.Of(session.Import.Format);
        var splitter = new LineSplitter(session.Import.CommittedBytes, session.Import.CommittedLines);
        while (await requests.MoveNext(cancellationToken))
        {
            var request = requests.Current;
            var check = new RequestCheck();
            check.Require(request.ContentCase is ImportCatalogRequest.ContentOneofCase.Data, "header", "must be in the first message only");
            check.Require(request.Data.Length <= MaxChunk, "data", $"must have at most {MaxChunk:N0} bytes a message");
            check.ThrowIfInvalid();
            foreach (var block in splitter.Append(request.Data.Memory))
            {
                await blocks.WriteAsync(Parse(reader, block), cancellationToken);
            }
        }

        if (splitter.Finish() is { } last)
        {
            await blocks.WriteAsync(Parse(reader, last), cancellationToken);
        }
    }

    private static ParsedBlock Parse(IRecordReader reader, LineBlock block)
    {
        try
        {
            return reader.Read(block);
        }
        catch (FormatException exception)
        {
            var check = new RequestCheck();
            check.Add("data", exception.Message);
            check.ThrowIfInvalid();
            throw;
        }
    }

    // Nobody remembers that a title is not there, so new titles change no answer; new seasons and episodes change the lists of their series.
    private static bool ChangesAnswers(ParsedBlock block, Import before, Import after) =>
        after.UpdatedCount > before.UpdatedCount
        || (after.CreatedCount > before.CreatedCount && block.Records.Exists(record => record is not TitleRecord));

    private async Task WriteAsync(ChannelReader<ParsedBlock> blocks, CancellationTokenSource stop)
    {
        try
        {
            await foreach (var block in blocks.ReadAllAsync(stop.Token))
            {
                var before = session.Import;
                await session.CommitAsync(block, time.GetUtcNow(), stop.Token);
                if (ChangesAnswers(block, before, session.Import))
                {
                    await cache.ForgetAllAsync();
                }
            }
        }
        catch
        {
            await stop.CancelAsync();
            // The last batch may have been committed all the same.
            await cache.ForgetAllAsync();
            throw;
        }
    }
}
