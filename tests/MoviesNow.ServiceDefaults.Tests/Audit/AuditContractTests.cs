using Google.Protobuf.Reflection;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Audit;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.Telemetry.V1;
using MoviesNow.Upload.V1;

namespace MoviesNow.ServiceDefaults.Tests.Audit;

/// <summary>What the contract says of the targets of changes, held against its messages.</summary>
public sealed class AuditContractTests
{
    // Changes nothing, and yet whom personal data was given to is to be proved. It names its target by itself.
    private const string Export = "/moviesnow.telemetry.v1.ViewerService/ExportViewerData";

    public static TheoryData<string> Methods() => new(MethodPolicies.Methods().Select(MethodPolicies.PathOf));

    public static TheoryData<string> AuditedPaths() =>
        new(MethodPolicies.Methods().Select(MethodPolicies.PathOf).Where(path => MethodPolicies.Find(path)!.AuditTarget.Length > 0));

    [Theory]
    [MemberData(nameof(Methods))]
    public void Policy_MethodWithWhichAdminsChangeSomething_HasATarget(string path)
    {
        var policy = MethodPolicies.Find(path)!;
        var isForAdmins = policy.Access is Access.Admin or Access.AdminOrService;
        var isAudited = policy.Mutation || MethodOf(path).IsClientStreaming || path is Export;

        Assert.Equal(isForAdmins && isAudited, policy.AuditTarget.Length > 0);
        Assert.Equal(isForAdmins && isAudited, AuditedMethods.Find(path) is not null);
    }

    [Theory]
    [MemberData(nameof(AuditedPaths))]
    public void Of_TargetOfTheContract_LeadsToAnId(string path)
    {
        var (method, target) = (MethodOf(path), MethodPolicies.Find(path)!.AuditTarget);

        Assert.NotNull(AuditTarget.Of(method, target));
        Assert.True(!method.IsServerStreaming || path is Export, "The row is written before the answer leaves, so the answer must be one.");
        if (target is AuditId.Everything)
        {
            Assert.True(path is Export || !Fields(method).Any(IsId));
        }
        else
        {
            Assert.Matches("[._](ids?|viewer_hash)$", target);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("request")]
    [InlineData("response")]
    [InlineData("request.")]
    [InlineData("title_id")]
    [InlineData("request.no_such_id")]
    [InlineData("request.title")]
    [InlineData("request.title.id.x")]
    [InlineData("request.title.release_year")]
    [InlineData("response.title.create_time")]
    [InlineData("Request.title.id")]
    public void Of_PathToNoTextField_IsRefused(string path) =>
        Assert.Throws<InvalidOperationException>(() => AuditTarget.Of(TitleService.Descriptor.FindMethodByName("UpdateTitle"), path));

    [Fact]
    public void Of_PathIntoAStreamOrThroughARepeatedField_IsRefused()
    {
        Assert.Throws<InvalidOperationException>(() => AuditTarget.Of(ProxyUploadService.Descriptor.FindMethodByName("StreamSmallFile"), "request.header.file_name"));
        Assert.Throws<InvalidOperationException>(() => AuditTarget.Of(QoeService.Descriptor.FindMethodByName("WatchLive"), "response.title_id"));
        Assert.Throws<InvalidOperationException>(() => AuditTarget.Of(TitleService.Descriptor.FindMethodByName("ListTitles"), "response.titles.id"));
    }

    [Fact]
    public void Read_FieldsOfRequestAndResponse_AreFoundWhereTheyAre()
    {
        var id = Guid.CreateVersion7().ToString();
        var update = AuditTarget.Of(TitleService.Descriptor.FindMethodByName("UpdateTitle"), "request.title.id");
        var create = AuditTarget.Of(TitleService.Descriptor.FindMethodByName("CreateTitle"), "response.title.id");
        var replay = AuditTarget.Of(PlaybackSessionService.Descriptor.FindMethodByName("ReplayRejectedEvents"), "request.rejected_event_ids");
        var sweep = AuditTarget.Of(SweepService.Descriptor.FindMethodByName("RunSweep"), "*");

        Assert.Equal(id, update.Read(new UpdateTitleRequest { Title = new Title { Id = id } }, response: null));
        Assert.Equal("", update.Read(new UpdateTitleRequest(), new UpdateTitleResponse { Title = new Title { Id = id } }));
        Assert.Equal(id, create.Read(new CreateTitleRequest(), new CreateTitleResponse { Title = new Title { Id = id } }));
        Assert.Equal("", create.Read(new CreateTitleRequest(), response: null));
        Assert.Equal($"{id},{id}", replay.Read(new ReplayRejectedEventsRequest { RejectedEventIds = { id, "x", id } }, response: null));
        Assert.Equal("*", sweep.Read(new RunSweepRequest(), response: null));
    }

    private static MethodDescriptor MethodOf(string path) => MethodPolicies.Methods().Single(method => MethodPolicies.PathOf(method) == path);

    private static IEnumerable<FieldDescriptor> Fields(MethodDescriptor method) =>
        method.InputType.Fields.InDeclarationOrder().Concat(method.OutputType.Fields.InDeclarationOrder());

    private static bool IsId(FieldDescriptor field) => field.FieldType is FieldType.Message || field.Name.Split('_')[^1] is "id" or "ids";
}
