using System.Globalization;
using MoviesNow.Bench.Scenarios;

// Measures one scenario against its baseline, in turns: dotnet run -c Release --project bench -- <scenario> [seconds]
var scenarios = new Dictionary<string, Func<TimeSpan, int, Task>>(StringComparer.Ordinal)
{
    ["empty"] = EmptyScenario.RunAsync,
    ["interceptors"] = InterceptorsScenario.RunAsync,
    ["otlp"] = OtlpScenario.RunAsync,
    ["presign"] = PresignScenario.RunAsync,
    ["parts"] = PartsScenario.RunAsync,
    ["part-urls"] = PartsScenario.RunFewAsync,
    ["part-urls-1000"] = PartsScenario.RunManyAsync,
    ["companion"] = PartsScenario.RunCompanionAsync,
    ["upload"] = UploadScenario.RunFileAsync,
    ["package"] = UploadScenario.RunPackageAsync,
    ["title"] = CatalogReadScenario.RunTitleAsync,
    ["playback"] = CatalogReadScenario.RunPlaybackAsync,
    ["start-playback"] = StartPlaybackScenario.RunAsync,
    ["bundle-url"] = LinksScenario.RunBundleUrlAsync,
    ["batch-urls"] = LinksScenario.RunBatchAsync,
    ["redeem"] = RedeemScenario.RunAsync,
    ["delivery-scale"] = DeliveryScaleScenario.RunAsync,
    ["cmcd"] = CmcdScenario.RunAsync,
    ["search"] = SearchScenario.RunAsync,
    ["search-million"] = SearchScenario.RunMillionAsync,
    ["append"] = AppendScenario.RunAsync,
    ["append-soak"] = AppendScenario.RunSoakAsync,
    ["hot-calls"] = HotCallsScenario.RunAsync,
    ["append-scale"] = AppendScaleScenario.RunAsync,
    ["append-scale-tenth"] = AppendScaleScenario.RunTenthAsync,
    ["heartbeat"] = AppendScenario.RunHeartbeatAsync,
    ["vacuum"] = VacuumScenario.RunAsync,
    ["import"] = ImportScenario.RunAsync,
    ["import-million"] = ImportScenario.RunMillionAsync,
    ["qoe"] = QoeScenario.RunAsync,
    ["qoe-tenth"] = QoeScenario.RunTenthAsync,
};

if (args is [ServiceProcess.Command, ..])
{
    await ServiceProcess.ServeAsync(args[1..]);
    return 0;
}

const int DefaultSeconds = 20;
const int MaxSeconds = 600;
const int Rounds = 10;
var run = scenarios.GetValueOrDefault(args.ElementAtOrDefault(0) ?? "");
var seconds = args.Length < 2 ? DefaultSeconds : int.TryParse(args[1], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 0;
if (run is null || args.Length > 2 || seconds is < 1 or > MaxSeconds)
{
    await Console.Error.WriteLineAsync(
        $"usage: dotnet run -c Release --project bench -- <{string.Join('|', scenarios.Keys)}> [seconds for each workload, {DefaultSeconds} unless told, at most {MaxSeconds}]");
    return 2;
}

// Where the services' content roots are listed.
Environment.CurrentDirectory = AppContext.BaseDirectory;
await run(TimeSpan.FromSeconds(seconds), Rounds);
return 0;
