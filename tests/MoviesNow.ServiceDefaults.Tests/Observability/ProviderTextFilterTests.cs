using System.Diagnostics;
using MoviesNow.ServiceDefaults.Observability;

namespace MoviesNow.ServiceDefaults.Tests.Observability;

public sealed class ProviderTextFilterTests
{
    [Theory]
    [InlineData("db.query.text")]
    [InlineData("db.statement")]
    public void OnEnd_SpanOfAStatement_KeepsEverythingButTheSql(string tag)
    {
        using var filter = new ProviderTextFilter();
        using var span = new Activity("query").SetTag("db.system.name", "postgresql").SetTag(tag, "SELECT secret FROM title");

        filter.OnEnd(span);

        Assert.Equal(["db.system.name"], span.TagObjects.Select(told => told.Key));
    }
}
