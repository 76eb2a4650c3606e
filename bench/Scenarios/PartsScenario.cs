extern alias catalog;

using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Bench.Measuring;
using MoviesNow.Catalog.V1;
using MoviesNow.LocalS3;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;
using Npgsql;
using CatalogProgram = catalog::Program;

namespace MoviesNow.Bench.Scenarios;

/// <summary>
/// A hundred part URLs a call, from the real upload service with its database, Redis, catalogue and bucket, against an empty RPC.
/// </summary>
internal static class PartsScenario
{
    private const int Parts = 100;
    private const int Workers = 8;
    private const string Bucket = "media";

    public static async Task RunAsync(TimeSpan duration, int rounds)
    {
        await using var postgres = await TestPostgres.StartNewAsync();
        await using var garnet = await TestGarnet.StartNewAsync();
        await using var s3 = await LocalS3Host.StartAsync(options => options.Buckets = [Bucket]);
        await using var plain = await GrpcHost.StartPlainAsync();
        await using var catalogue = new ServiceFactory<CatalogProgram>(await SettingsAsync("catalogdb", postgres, garnet, typeof(CatalogProgram)));
        var settings = await SettingsAsync("uploaddb", postgres, garnet, typeof(UploadOptions));
        foreach (var (name, value) in StorageSettings(s3).Append(new("services:catalog:grpc:0", catalogue.Address.ToString())))
        {
            settings[name] = value;
        }

        await using var upload = new ServiceFactory<UploadOptions>(settings);
        var uploadId = await CreateUploadAsync(catalogue, upload);
        var request = new PresignPartsRequest { UploadId = uploadId, PartNumbers = { Enumerable.Range(1, Parts) } };
        var client = new MultipartUploadService.MultipartUploadServiceClient(upload.As(Identity.Admin));

        var empty = GrpcWorkloads.Empty(plain);
        var parts = new Workload($"PresignParts, {Parts} parts", Workers, async _ => await client.PresignPartsAsync(request));
        var tallies = await Comparison.RunAsync([empty, parts], duration, rounds);
        Report.Print("parts", "calls/s", parts, empty, tallies, new JsonObject { ["urls_per_second"] = Report.Round(tallies[parts].Rate * Parts) });
    }

    private static async Task<string> CreateUploadAsync(ServiceFactory<CatalogProgram> catalogue, ServiceFactory<UploadOptions> upload)
    {
        var title = await new TitleService.TitleServiceClient(catalogue.As(Identity.Admin)).CreateTitleAsync(
            new CreateTitleRequest { Kind = TitleKind.Movie, Name = "A film" });
        var created = await new UploadService.UploadServiceClient(upload.As(Identity.Admin)).CreateUploadAsync(new CreateUploadRequest
        {
            Target = new UploadTarget { Purpose = UploadPurpose.Original, TitleId = title.Title.Id },
            FileName = "film.mp4",
            ContentType = "video/mp4",
            SizeBytes = 10L << 30,
            Sha256 = new string('a', 64),
            Method = UploadMethod.Multipart,
        });
        return created.Upload.Id;
    }

    private static async Task<Dictionary<string, string?>> SettingsAsync(string name, TestPostgres postgres, TestGarnet garnet, Type service)
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await new MigrationRunner(source, NullLogger<MigrationRunner>.Instance).RunAsync(MigrationScript.ReadFrom(service.Assembly), CancellationToken.None);
        return new(StringComparer.Ordinal)
        {
            [$"ConnectionStrings:{name}"] = database,
            ["ConnectionStrings:redis"] = garnet.ConnectionString,
            ["RateLimits:Enabled"] = "true",
            ["RateLimits:ReadsPerMinute"] = "1000000",
            ["Logging:LogLevel:Default"] = "Warning",
        };
    }

    private static Dictionary<string, string?> StorageSettings(LocalS3Host s3) => new(StringComparer.Ordinal)
    {
        ["Storage:Backend"] = "LocalS3",
        ["Storage:ServiceUrl"] = s3.Url,
        ["Storage:Bucket"] = Bucket,
        ["Storage:Region"] = s3.Region,
        ["Storage:AccessKeyId"] = s3.AccessKey,
        ["Storage:SecretAccessKey"] = s3.SecretKey,
    };
}
