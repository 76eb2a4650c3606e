namespace Aspire.Hosting.ApplicationModel;

/// <summary>Every HTTP endpoint of the resource speaks HTTP/2 alone.</summary>
public sealed class Http2ServiceAnnotation : IResourceAnnotation;
