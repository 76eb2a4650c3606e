using System.IO.Compression;
using Grpc.Core;

namespace MoviesNow.Cli.Telemetry;

/// <summary>Reads a log to its end, a block of lines at a time: memory is bounded, and what was sent of it is durable.</summary>
internal sealed class IngestReader(IngestFormat format, IngestSender sender, IngestConsole console)
{
    private const int BlockLines = 5_000;
    private const int MaxLineLength = 131_072;
    private const int BufferSize = 65_536;
    private const string StandardInput = "-";

    private readonly IngestLine _lines = new();
    private readonly List<(long Line, IngestedEvent Ingested)> _block = [];

    /// <exception cref="CommandException">The file cannot be read, or the service failed: it says with which line to go on.</exception>
    public async Task<IngestTotal> RunAsync(string path, long fromLine, CancellationToken cancellationToken)
    {
        var total = new IngestTotal();
        var number = 0L;
        try
        {
            using var log = new StreamReader(Open(path));
            while (await log.ReadLineAsync(cancellationToken) is { } line)
            {
                number++;
                if (number < fromLine)
                {
                    continue;
                }

                Take(number, line, total);
                if ((number - fromLine + 1) % BlockLines == 0)
                {
                    await SendAsync(number, total, cancellationToken);
                }
            }

            await SendAsync(number, total, cancellationToken);
            return total;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CommandException($"'{path}' cannot be read: {exception.Message} {HowToGoOn(total, fromLine)}");
        }
        catch (RpcException exception)
        {
            throw new CommandException($"{ErrorText.Of(exception)} {HowToGoOn(total, fromLine)}");
        }
    }

    private static string HowToGoOn(IngestTotal total, long fromLine) =>
        $"Lines up to {total.Lines} are in; go on with --from-line {Math.Max(total.Lines + 1, fromLine)}.";

    private static Stream Open(string path)
    {
        if (path is StandardInput)
        {
            return Console.OpenStandardInput();
        }

        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferSize, useAsync: true);
        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private void Take(long number, string line, IngestTotal total)
    {
        if (line.Length == 0)
        {
            return;
        }

        if (line.Length > MaxLineLength || format.Read(line) is not { } variables)
        {
            total.AddBad(number, "does not have the format");
        }
        else if (_lines.Read(variables, out var problem) is { } ingested)
        {
            _block.Add((number, ingested));
        }
        else if (problem is not null)
        {
            total.AddBad(number, problem);
        }
        else
        {
            total.WithoutCmcd++;
        }
    }

    private async Task SendAsync(long number, IngestTotal total, CancellationToken cancellationToken)
    {
        await sender.SendAsync(_block, total, cancellationToken);
        _block.Clear();
        total.Lines = number;
        console.Progress(total);
    }
}
