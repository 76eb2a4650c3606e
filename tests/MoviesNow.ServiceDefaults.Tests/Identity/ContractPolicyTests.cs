using System.Reflection;
using Google.Protobuf.Reflection;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.Tests.Identity;

/// <summary>What the contract says of its methods, held against their names and types.</summary>
public sealed class ContractPolicyTests
{
    private static readonly HashSet<string> ReadingVerbs =
        new(["Get", "List", "Find", "Resolve", "Validate", "Watch", "Presign", "Resume", "Search", "Export", "Check"], StringComparer.Ordinal);

    private static readonly HashSet<string> ChangingVerbs = new(
        ["Create", "Update", "Delete", "Declare", "Publish", "Archive", "Record", "Reserve", "Verify", "Release", "Upload", "Finalize", "Abort", "Complete", "Run", "Mint", "Revoke", "Start", "Replay", "Expire", "Purge", "Renew", "Erase"],
        StringComparer.Ordinal);

    /// <summary>These change state and take no idempotency key: events, audit entries and imports are told apart by themselves, and a stream is not replayed.</summary>
    private static readonly HashSet<string> RepeatableByThemselves =
        new(["AppendAuditEntry", "AppendEvents", "ImportCatalog", "SendHeartbeat", "StreamEvents", "StreamSmallFile"], StringComparer.Ordinal);

    /// <summary>Last words of the names of fields that hold what must not be kept.</summary>
    private static readonly HashSet<string> Secrets = new(["url", "urls", "uri", "token", "tokens", "secret", "password"], StringComparer.Ordinal);

    public static TheoryData<string> Methods() => new(MethodPolicies.Methods().Select(MethodPolicies.PathOf));

    [Fact]
    public void Methods_AllServicesOfTheContract_AreKnown()
    {
        var services = typeof(Title).Assembly.GetTypes()
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static))
            .Where(property => property?.PropertyType == typeof(FileDescriptor))
            .SelectMany(property => ((FileDescriptor)property!.GetValue(null)!).Services)
            .Select(service => service.FullName);

        Assert.Equal(services.Order(), MethodPolicies.Methods().Select(method => method.Service.FullName).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Find_EveryMethod_StatesWhoMayCall(string path)
    {
        var policy = MethodPolicies.Find(path);

        Assert.NotNull(policy);
        Assert.True(Enum.IsDefined(policy.Access));
        Assert.NotEqual(Access.Unspecified, policy.Access);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Find_MethodThatChangesState_IsAMutation(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        // A batch does what its second word says.
        var bare = name.StartsWith("Batch", StringComparison.Ordinal) ? name["Batch".Length..] : name;
        var verb = string.Concat(bare.Take(1).Concat(bare.Skip(1).TakeWhile(char.IsAsciiLetterLower)));
        Assert.True(
            ReadingVerbs.Contains(verb) || ChangingVerbs.Contains(verb) || RepeatableByThemselves.Contains(name),
            $"{name} begins with a verb that is new: say here whether it changes state.");

        Assert.Equal(ChangingVerbs.Contains(verb), MethodPolicies.Find(path)!.Mutation);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Find_MethodThatAnswersAUrlOrToken_ForbidsStorage(string path)
    {
        var method = MethodPolicies.Methods().Single(method => MethodPolicies.PathOf(method) == path);

        Assert.Equal(SecretsIn(method.OutputType, []).Any(), MethodPolicies.Find(path)!.NoStore);
    }

    [Fact]
    public void Find_MethodThatIsUnknown_HasNoPolicy()
    {
        Assert.Null(MethodPolicies.Find("/moviesnow.catalog.v1.TitleService/gettitle"));
        Assert.Null(MethodPolicies.Find(""));
    }

    private static IEnumerable<string> SecretsIn(MessageDescriptor message, HashSet<string> seen) => !seen.Add(message.FullName)
        ? []
        : message.Fields.InDeclarationOrder().SelectMany(field => field.FieldType switch
        {
            FieldType.Message => SecretsIn(field.MessageType, seen),
            FieldType.String when Secrets.Contains(field.Name.Split('_')[^1]) && field.Name is not "next_page_token" => [field.FullName],
            _ => [],
        });
}
