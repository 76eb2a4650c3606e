using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Connection;
using MoviesNow.Cli.Tokens;

namespace MoviesNow.Cli.Catalog;

/// <summary><c>moviesnow catalog export [file]</c>: writes the catalogue as JSON Lines.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var file = new Argument<string?>("file") { Description = "Where to; standard output when absent", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "Print lines and bytes as JSON, when there is a file" };
        var command = new Command("export", "Writes all titles, seasons and episodes as they are at one moment, in the format that import reads.") { file, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connections = new ServiceConnections(CliConfiguration.Load(), Console.Error);
            var exports = new ExportService.ExportServiceClient(connections.Connect("catalog", DevelopmentIdentity.Admin));
            if (parsed.GetValue(file) is not { } path)
            {
                await using var output = Console.OpenStandardOutput();
                await WriteAsync(exports, output, cancellationToken);
                return;
            }

            var (lines, bytes) = await WriteAsync(exports, path, cancellationToken);
            Console.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(new { file = path, lines, bytes })
                : string.Create(CultureInfo.InvariantCulture, $"{lines:N0} lines, {bytes:N0} bytes in {path}."));
        });
        return command;
    }

    /// <summary>Writes beside the file first, so that it is never there in part.</summary>
    private static async Task<(long Lines, long Bytes)> WriteAsync(ExportService.ExportServiceClient exports, string path, CancellationToken cancellationToken)
    {
        var unfinished = path + ".part";
        try
        {
            (long, long) written;
            await using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                written = await WriteAsync(exports, file, cancellationToken);
            }

            File.Move(unfinished, path, overwrite: true);
            return written;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"'{path}' cannot be written: {exception.Message}");
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static async Task<(long Lines, long Bytes)> WriteAsync(ExportService.ExportServiceClient exports, Stream output, CancellationToken cancellationToken)
    {
        var (lines, bytes) = (0L, 0L);
        using var call = exports.ExportCatalog(new ExportCatalogRequest(), cancellationToken: cancellationToken);
        await foreach (var chunk in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            await output.WriteAsync(chunk.Data.Memory, cancellationToken);
            lines += System.MemoryExtensions.Count(chunk.Data.Span, (byte)'\n');
            bytes += chunk.Data.Length;
        }

        return (lines, bytes);
    }
}
