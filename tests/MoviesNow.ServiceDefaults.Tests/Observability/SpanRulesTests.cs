using System.Collections.Concurrent;
using System.Diagnostics;
using MoviesNow.ServiceDefaults.Observability;

namespace MoviesNow.ServiceDefaults.Tests.Observability;

public sealed class SpanRulesTests
{
    [Theory]
    [InlineData("db.query.text")]
    [InlineData("db.statement")]
    [InlineData("url.full")]
    [InlineData("url.query")]
    [InlineData("url.path")]
    [InlineData("user_agent.original")]
    [InlineData("network.peer.address")]
    [InlineData("server.address")]
    [InlineData("an.attribute.of.the.next.release")]
    public void OnEnd_AttributeThatIsNotListed_IsTakenOut(string attribute)
    {
        using var rules = new SpanRules();
        using var span = new Activity("query").SetTag("db.system.name", "postgresql").SetTag(attribute, "a secret").SetTag("moviesnow.batch.events", 3);

        rules.OnEnd(span);

        Assert.Equal(["db.system.name", "moviesnow.batch.events"], span.TagObjects.Select(told => told.Key));
    }

    [Fact]
    public void OnEnd_SpanOfACall_IsNamedByItsMethod()
    {
        using var rules = new SpanRules();
        using var span = new Activity("POST").SetTag("rpc.method", "moviesnow.upload.v1.UploadService/CreateUpload");

        rules.OnEnd(span);

        Assert.Equal("moviesnow.upload.v1.UploadService/CreateUpload", span.DisplayName);
    }

    [Fact]
    public void OnEnd_StatusThatIsDescribed_KeepsTheStatusAlone()
    {
        using var rules = new SpanRules();
        using var span = new Activity("query").SetStatus(ActivityStatusCode.Error, "a secret");

        rules.OnEnd(span);

        Assert.Equal((ActivityStatusCode.Error, null), (span.Status, span.StatusDescription));
    }

    [Fact]
    public void OnEnd_SpanWithAnException_IsReplacedByOneWithItsTypeAlone()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var root = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        root.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "MoviesNow.Restated",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.TraceId == root.TraceId)
                {
                    ended.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var rules = new SpanRules();
        using var span = new Activity("SELECT bundle").SetTag("db.response.status_code", "23505").Start();
        span.AddException(new InvalidOperationException("a secret"));
        span.SetStatus(ActivityStatusCode.Error, "a secret");
        span.Stop();

        rules.OnEnd(span);

        Assert.False(span.Recorded);
        var told = Assert.Single(ended);
        Assert.Equal(("SELECT bundle", ActivityStatusCode.Error, null), (told.DisplayName, told.Status, told.StatusDescription));
        Assert.Equal((span.ParentSpanId, span.StartTimeUtc, span.Duration), (told.ParentSpanId, told.StartTimeUtc, told.Duration));
        Assert.Equal("23505", told.GetTagItem("error.type"));
        Assert.Empty(told.Events);
    }
}
