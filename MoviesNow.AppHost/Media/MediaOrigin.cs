using Microsoft.Extensions.Hosting;
using MoviesNow.AppHost.Backing;
using MoviesNow.AppHost.Local;
using MoviesNow.AppHost.Startup;

namespace MoviesNow.AppHost.Media;

/// <summary>
/// The CDN in front of the private bucket. A configured one (section <c>Delivery:Playback</c>) is used as it is. Otherwise nginx of this machine
/// stands in for it, with the files of <c>deploy/nginx</c>, and without nginx Delivery's development origin.
/// </summary>
/// <param name="Url">Where players reach media: it ends in a slash; null when nothing can be played.</param>
/// <param name="Server">What must be ready before media are read, if it is a resource of its own.</param>
internal sealed record MediaOrigin(ReferenceExpression? Url, IResourceBuilder<ExecutableResource>? Server)
{
    private const string Setting = "Cdn";
    private const string Section = "Delivery:Playback";
    private const string Nginx = "nginx";
    private const string Development = "development";

    /// <summary>Gives Delivery what it signs grants with, and adds the server that checks them. The setting <c>Cdn</c> chooses one.</summary>
    /// <exception cref="StartException">The setting has another value, or nginx is asked for and cannot run.</exception>
    public static async Task<MediaOrigin> AddAsync(
        IDistributedApplicationBuilder builder, LocalHome home, LocalSecrets secrets, StorageBacking storage, IResourceBuilder<ProjectResource> delivery)
    {
        var choice = builder.Configuration[Setting];
        if (choice is not (null or "" or Nginx or Development))
        {
            throw new StartException($"The setting {Setting} is '{choice}'. It must be {Nginx} or {Development}, for example --{Setting}={Development}.");
        }

        // A deployment has its own CDN, and its keys belong into no manifest.
        if (!builder.ExecutionContext.IsRunMode)
        {
            return new MediaOrigin(Url: null, Server: null);
        }

        if (builder.Configuration[$"{Section}:Protection"] is { Length: > 0 })
        {
            delivery.WithSection(Section);
            return new MediaOrigin(builder.Configuration[$"{Section}:CdnUrl"] is { Length: > 0 } url ? ReferenceExpression.Create($"{url}") : null, Server: null);
        }

        var (nginx, problem) = choice is Development ? (null, null) : await TryNginxAsync(builder, home, secrets, storage.Local);
        if (choice is Nginx && nginx is null)
        {
            throw new StartException($"The setting {Setting} is {Nginx}, and {problem}.");
        }

        var origin = nginx?.Add(builder);
        if (origin is null && builder.Environment.IsDevelopment())
        {
            if (choice is not Development)
            {
                StartupConsole.Say("cdn", $"is Delivery itself, for {problem}");
            }

            origin = new MediaOrigin(ReferenceExpression.Create($"{delivery.GetEndpoint("http")}/media/"), Server: null);
            delivery.WithEnvironment("Delivery__Playback__DevelopmentOrigin", "true");
        }

        if (origin is null)
        {
            return new MediaOrigin(Url: null, Server: null);
        }

        delivery
            .WithEnvironment("Delivery__Playback__Protection", "SecureLink")
            .WithEnvironment("Delivery__Playback__CdnUrl", origin.Url!)
            .WithEnvironment("Delivery__Playback__PublicUrl", ReferenceExpression.Create($"{delivery.GetEndpoint("http")}/"))
            .WithEnvironment("Delivery__Playback__TicketKeys__0", secrets.PlaybackTicketKey)
            .WithEnvironment("Delivery__Playback__SecureLink__SigningKeyId", NginxOrigin.KeyId)
            .WithEnvironment($"Delivery__Playback__SecureLink__Keys__{NginxOrigin.KeyId}", secrets.GrantKey);
        return origin;
    }

    // The bucket of somebody else may need a resolver, certificates and other paths: that is for a CDN to be configured with.
    private static async Task<(NginxOrigin? Nginx, string? Problem)> TryNginxAsync(
        IDistributedApplicationBuilder builder, LocalHome home, LocalSecrets secrets, LocalBucket? bucket) =>
        bucket is null ? (null, "the bucket is not this machine's") : await NginxOrigin.PrepareAsync(builder, home, secrets, bucket);
}
