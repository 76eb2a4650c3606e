using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Catalog;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Bundles;

/// <summary><c>moviesnow bundle</c>.</summary>
internal static class BundleCommand
{
    public static Command Create(CatalogAccess access)
    {
        string[] columns = ["id", "kind", "season_number", "state", "label", "size_bytes", "expire_time", "storage_key"];
        var bundle = new Resource<Bundle>(access, "bundle", columns, async (clients, id, _, options) =>
            (await clients.Bundles.GetBundleAsync(new GetBundleRequest { BundleId = id }, options)).Bundle);
        return new Command("bundle", "ZIPs of several files, made to be downloaded for a limited time.")
        {
            BuildCommand.Create(),
            CreateBundleCommand.Create(access),
            bundle.List<ListBundlesRequest, ListBundlesResponse>("list", "Lists bundles, newest first.", clients => clients.Bundles.ListBundlesAsync, null,
            [
                FieldOption.Of<ListBundlesRequest>("title_id", "Only bundles of the title with this id", "--title"),
                FieldOption.Of<ListBundlesRequest>("state", "Only bundles of this state"),
                FieldOption.Of<ListBundlesRequest>("downloadable_only", "Only those that the public may download now"),
            ]),
            bundle.Show(isPublic: false),
            bundle.Move<PublishBundleRequest, PublishBundleResponse>("publish", "Lets the public download a bundle.", clients => clients.Bundles.PublishBundleAsync),
            bundle.Update<UpdateBundleRequest, UpdateBundleResponse>(clients => clients.Bundles.UpdateBundleAsync,
            [
                FieldOption.Of<Bundle>("label", "Label for people"),
                FieldOption.Of<Bundle>("expire_time", "When it stops being delivered", "--expire"),
            ]),
            Expire(access),
            bundle.Delete<DeleteBundleRequest, DeleteBundleResponse>(
                "Deletes a bundle: its row and its files in the bucket.", clients => clients.BundleUploads.DeleteBundleAsync, (call, answer) =>
                {
                    if (!answer.ObjectsDeleted)
                    {
                        call.Parsed.InvocationConfiguration.Error.WriteLine("Its files in the bucket are left for the sweeper.");
                    }
                }),
        };
    }

    private static Command Expire(CatalogAccess access)
    {
        var id = new Argument<string>("bundle") { Description = "Id of the bundle" };
        var command = new Command("expire", "Ends the delivery of a bundle now. Its files stay until it is deleted.") { id, CatalogOptions.Etag };
        return access.Run(command, async call =>
        {
            var bundle = (await call.Clients.Bundles.GetBundleAsync(new GetBundleRequest { BundleId = call.Parsed.GetRequiredValue(id) }, call.Options)).Bundle;
            var now = TimeProvider.System.GetUtcNow();
            // Clocks differ, and a bundle cannot end before it began.
            var first = bundle.CreateTime.ToDateTimeOffset().AddMilliseconds(1);
            bundle.ExpireTime = Timestamp.FromDateTimeOffset(now > first ? now : first);
            bundle.Etag = call.Parsed.GetValue(CatalogOptions.Etag) ?? bundle.Etag;
            var request = new UpdateBundleRequest { Bundle = bundle, UpdateMask = new FieldMask { Paths = { "expire_time" } } };
            call.Output.Show((await call.Clients.Bundles.UpdateBundleAsync(request, call.Options)).Bundle);
            return 0;
        });
    }
}
