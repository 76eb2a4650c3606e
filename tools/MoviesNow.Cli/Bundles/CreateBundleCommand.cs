using System.CommandLine;
using MoviesNow.Cli.Catalog;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Bundles;

/// <summary><c>moviesnow bundle create</c>: checks a ZIP, uploads it, and has it checked and recorded.</summary>
internal static class CreateBundleCommand
{
    public static Command Create(CatalogAccess access)
    {
        var title = new Argument<string>("title") { Description = "Id of the title" };
        var zip = new Argument<string>("zip") { Description = "The ZIP" };
        var manifest = new Option<string?>("--manifest") { Description = "Manifest of the ZIP, stored beside it" };
        var publish = new Option<bool>("--publish") { Description = "Let the public download it at once" };
        FieldOption[] fields =
        [
            FieldOption.Of<CreateBundleRequest>("kind", "What it contains", required: true),
            FieldOption.Of<CreateBundleRequest>("season_number", "Number of the season", "--season"),
            FieldOption.Of<CreateBundleRequest>("episode_ids", "Id of an episode inside", "--episode"),
            FieldOption.Of<CreateBundleRequest>("label", "Label for people"),
            FieldOption.Of<CreateBundleRequest>("expire_time", "When it stops being delivered; 14 days from now when absent", "--expire"),
            FieldOption.Of<CreateBundleRequest>("requires_token", "A download asks for a one-time token"),
            FieldOption.Of<CreateBundleRequest>("method", "How the bytes are sent; by size when absent"),
            FieldOption.Of<CreateBundleRequest>("encryption", "Encryption at rest"),
        ];
        var command = new Command("create", "Uploads a ZIP as a bundle, after checking it by the rules of the service.") { title, zip, manifest, publish, CatalogOptions.IdempotencyKey };
        fields.ToList().ForEach(field => command.Add(field.Option));
        return access.Run(command, async call =>
        {
            var file = call.Parsed.GetRequiredValue(zip);
            var request = new CreateBundleRequest { TitleId = call.Parsed.GetRequiredValue(title) };
            fields.ToList().ForEach(field => field.Apply(call.Parsed, request));
            var contents = call.Parsed.GetValue(manifest) is { } path ? await ReadAsync(path, File.ReadAllBytesAsync, call.CancellationToken) : null;
            var verdict = await ReadAsync(file, (name, token) => ZipInspector.InspectFileAsync(name, new ZipLimits(), token), call.CancellationToken);
            if (verdict.Problem is { } problem)
            {
                throw BundleFolder.Refused(problem);
            }

            call.Output.Show(await new BundleCreation(call).RunAsync(
                request, file, contents, call.Parsed.GetValue(publish), call.Parsed.GetValue(CatalogOptions.IdempotencyKey)));
            return 0;
        });
    }

    private static async Task<T> ReadAsync<T>(string file, Func<string, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read(file, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"'{PrintableText.Of(file, 200)}' cannot be read: {exception.Message}");
        }
    }
}
