using System.Diagnostics;
using MoviesNow.LocalS3;
using MoviesNow.Testing;

namespace MoviesNow.Bench.Scenarios;

/// <summary>Uppy Companion, the signer of part URLs that browsers' upload widgets are used with. Needs Node.js with npm.</summary>
internal sealed class CompanionProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;

    private CompanionProcess(Process process, Uri address) => (_process, _http) = (process, new HttpClient { BaseAddress = address });

    /// <summary>Starts one that signs for a bucket.</summary>
    public static async Task<CompanionProcess> StartAsync(LocalS3Host s3, string bucket)
    {
        var folder = await NodeFolder.InstallAsync("bench/companion");
        string[] arguments = ["server.mjs", s3.Url, bucket, s3.Region, s3.AccessKey, s3.SecretKey];
        var process = Process.Start(new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("http://", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return new CompanionProcess(process, new Uri(line));
            }
        }

        throw new InvalidOperationException("Uppy Companion did not start.");
    }

    /// <summary>Signs parts from 1 on, as a browser asks for it.</summary>
    public async Task SignAsync(string key, string uploadId, int parts)
    {
        var numbers = string.Join(',', Enumerable.Range(1, parts));
        await _http.GetByteArrayAsync($"/s3/multipart/{uploadId}/batch?key={Uri.EscapeDataString(key)}&partNumbers={numbers}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
