using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution;

/// <summary>The addresses of a resource that are shown to people.</summary>
internal static class ResourceUrls
{
    public static async Task PublishAsync(
        IResource resource, DistributedApplicationExecutionContext execution, ResourceNotificationService notifications, CancellationToken cancellationToken)
    {
        var urls = resource is IResourceWithEndpoints owner
            ? owner.GetEndpoints().Select(e => new ResourceUrlAnnotation { Url = e.Url, Endpoint = e }).ToList()
            : [];
        var context = new ResourceUrlsCallbackContext(execution, resource, urls, cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>())
            await annotation.Callback(context);

        await notifications.PublishUpdateAsync(resource, s => s with
        {
            Urls = [.. context.Urls.OrderByDescending(u => u.DisplayOrder ?? 0).Select(u => new UrlSnapshot(u.Endpoint?.EndpointName, u.Url, u.IsInternal)
            {
                DisplayProperties = new(u.DisplayText ?? "", u.DisplayOrder ?? 0),
            })],
        });
    }
}
