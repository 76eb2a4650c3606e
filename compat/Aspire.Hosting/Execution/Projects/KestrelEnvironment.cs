using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution.Projects;

/// <summary>Tells an ASP.NET Core process where to listen.</summary>
internal static class KestrelEnvironment
{
    public static void Apply(EnvironmentCallbackContext context, ProjectResource project)
    {
        var all = project.Annotations.OfType<EndpointAnnotation>().Where(e => e.UriScheme is "http" or "https").ToList();
        // An endpoint with a variable of its own is the process's business.
        var listened = all.Where(e => e.TargetPortEnvironmentVariable is null).ToList();
        if (listened.Count == 0)
            return;

        if (project.HasAnnotationOfType<Http2ServiceAnnotation>())
            context.EnvironmentVariables["Kestrel__EndpointDefaults__Protocols"] = "Http2";

        // As soon as Kestrel's configuration has an endpoint, it listens on those in its configuration alone.
        if (all.Exists(e => e.FromKestrelConfiguration))
        {
            foreach (var endpoint in listened)
                context.EnvironmentVariables[$"Kestrel__Endpoints__{endpoint.Name}__Url"] = Url(project, endpoint);
            return;
        }

        var urls = new ReferenceExpressionBuilder();
        foreach (var endpoint in listened)
        {
            if (!urls.IsEmpty)
                urls.AppendLiteral(";");
            urls.AppendFormatted(Url(project, endpoint));
        }

        context.EnvironmentVariables["ASPNETCORE_URLS"] = urls.Build();
    }

    private static ReferenceExpression Url(ProjectResource project, EndpointAnnotation endpoint)
    {
        var port = new EndpointReference(project, endpoint).Property(EndpointProperty.TargetPort);
        return ReferenceExpression.Create($"{endpoint.UriScheme}://{endpoint.TargetHost}:{port}");
    }
}
