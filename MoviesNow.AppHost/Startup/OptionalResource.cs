namespace MoviesNow.AppHost.Startup;

/// <summary>Marks a resource that the system does without: nothing waits for it, and a start succeeds when it fails.</summary>
internal sealed class OptionalResource : IResourceAnnotation;

internal static class OptionalResources
{
    extension(IResource resource)
    {
        /// <summary>Whether the system does without it.</summary>
        public bool IsOptional => resource.Annotations.OfType<OptionalResource>().Any();
    }
}
