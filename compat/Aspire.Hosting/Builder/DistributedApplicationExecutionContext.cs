namespace Aspire.Hosting;

public enum DistributedApplicationOperation
{
    Run = 0,
    Publish = 1,
}

public class DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
{
    public DistributedApplicationExecutionContext(DistributedApplicationOperation operation, string publisherName)
        : this(operation) => PublisherName = publisherName;

    public DistributedApplicationOperation Operation { get; } = operation;

    public string PublisherName { get; set; } = "manifest";

    public bool IsRunMode => Operation == DistributedApplicationOperation.Run;

    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;

    public IServiceProvider ServiceProvider => Services ?? throw new InvalidOperationException(
        "The services are not available until the application is built.");

    internal IServiceProvider? Services { get; set; }
}
