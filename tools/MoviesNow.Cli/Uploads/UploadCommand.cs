using System.CommandLine;
using Google.Protobuf;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Transfer;
using MoviesNow.Upload.V1;
using UploadMessage = MoviesNow.Upload.V1.Upload;

namespace MoviesNow.Cli.Uploads;

/// <summary><c>moviesnow upload</c>: files straight into the bucket, and the uploads that there are.</summary>
internal static class UploadCommand
{
    public static Command Create(CatalogAccess access)
    {
        var path = new Argument<string>("path") { Description = "The file; or the folder of an HLS package" };
        var resume = new Option<bool>("--resume") { Description = "Go on with an upload of the same file that was interrupted; begin one where there is none" };
        var ladder = new Option<string?>("--ladder")
        {
            Description = "With a folder: its variants, JSON Lines or a JSON array as variant list --json prints them, with the paths of playlists in the folder as storage keys",
        };
        var fields = Fields();
        var command = new Command("upload", "Uploads a file, or a folder as an HLS package: straight to the bucket, in parts when it is large, and checked when it is there.")
        {
            path, resume, ladder, CatalogOptions.IdempotencyKey,
        };
        foreach (var field in fields)
        {
            command.Add(field.Option);
        }

        var uploads = new Resource<UploadMessage>(access, "upload", Columns, async (clients, id, _, options) =>
            (await clients.Uploads.GetUploadAsync(new GetUploadRequest { UploadId = id }, options)).Upload);
        command.Add(uploads.List<ListUploadsRequest, ListUploadsResponse>(
            "list", "Lists uploads, newest first.", clients => clients.Uploads.ListUploadsAsync, of: null,
            FieldOption.Of<ListUploadsRequest>("state", "Only uploads of this state"),
            FieldOption.Of<ListUploadsRequest>("title_id", "Only uploads of this title", "--title")));
        command.Add(uploads.Show(isPublic: false));
        command.Add(Abort(access));
        command.Add(AbortPackage(access));
        return access.Run(command, async call =>
        {
            var request = new CreateUploadRequest { Target = new UploadTarget() };
            fields.ToList().ForEach(field => field.Apply(call.Parsed, request));
            using var http = ObjectTransfer.NewClient();
            var notes = call.Parsed.InvocationConfiguration.Error;
            var (source, again) = (call.Parsed.GetRequiredValue(path), call.Parsed.GetValue(resume));
            call.Output.Show(Directory.Exists(source)
                ? (IMessage)await new PackageUpload(call, new ObjectTransfer(http), notes, TimeProvider.System).RunAsync(
                    source, PackageOf(request), await LadderAsync(call.Parsed.GetValue(ladder), call.CancellationToken), again)
                : await new FileUpload(call, new ObjectTransfer(http), notes, TimeProvider.System).RunAsync(source, request, again));
            return 0;
        });
    }

    private static readonly string[] Columns = ["id", "state", "target.purpose", "file_name", "size_bytes", "method", "deadline", "owner", "storage_key"];

    private static FieldOption[] Fields() =>
    [
        FieldOption.Of<CreateUploadRequest>("target.title_id", "Id of the title", "--title", required: true),
        FieldOption.Of<CreateUploadRequest>("target.episode_id", "Id of an episode of the title; for originals", "--episode"),
        FieldOption.Of<CreateUploadRequest>("target.purpose", "original, artwork or subtitle; told from the file's name when absent", "--purpose"),
        FieldOption.Of<CreateUploadRequest>("target.asset_kind", "What the catalogue records it as, such as backdrop", "--kind"),
        FieldOption.Of<CreateUploadRequest>("target.language", "Language (BCP 47); required for subtitles", "--language"),
        FieldOption.Of<CreateUploadRequest>("content_type", "Media type; told from the file's name when absent"),
        FieldOption.Of<CreateUploadRequest>("file_name", "Another name than the file has"),
        FieldOption.Of<CreateUploadRequest>("method", "single-put or multipart; decided by size when absent"),
        FieldOption.Of<CreateUploadRequest>("encryption", "Encryption at rest; the default of the deployment when absent"),
    ];

    private static CreatePackageRequest PackageOf(CreateUploadRequest request) =>
        new() { TitleId = request.Target.TitleId, EpisodeId = request.Target.EpisodeId, Encryption = request.Encryption };

    private static async Task<IReadOnlyCollection<StreamVariant>> LadderAsync(string? file, CancellationToken cancellationToken) => file is null
        ? throw new CommandException("A folder needs --ladder, which says what can be played of it.")
        : await MessageFile.ReadAsync<StreamVariant>(file, cancellationToken);

    private static Command AbortPackage(CatalogAccess access)
    {
        var id = new Argument<string>("package") { Description = "Id of the package" };
        var command = new Command("abort-package", "Gives an HLS package up, and removes what is in the bucket of it.") { id, CatalogOptions.IdempotencyKey };
        return access.Run(command, async call =>
        {
            var request = new AbortPackageRequest { PackageId = call.Parsed.GetRequiredValue(id) };
            call.Output.Show((await call.Clients.Packages.AbortPackageAsync(request, call.Options)).Package);
            return 0;
        });
    }

    private static Command Abort(CatalogAccess access)
    {
        var id = new Argument<string>("upload") { Description = "Id of the upload" };
        var command = new Command("abort", "Gives an upload up, and removes what is in the bucket of it.") { id, CatalogOptions.IdempotencyKey };
        return access.Run(command, async call =>
        {
            var request = new AbortUploadRequest { UploadId = call.Parsed.GetRequiredValue(id) };
            call.Output.Show((await call.Clients.Uploads.AbortUploadAsync(request, call.Options)).Upload);
            return 0;
        });
    }
}
