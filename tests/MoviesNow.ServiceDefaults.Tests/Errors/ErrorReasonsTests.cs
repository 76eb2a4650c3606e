using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.ServiceDefaults.Tests.Errors;

public sealed class ErrorReasonsTests
{
    /// <summary>The code that the comment of each value begins with.</summary>
    private static readonly Dictionary<string, string> Documented =
        ReadContract(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Contract", "error_reason.proto")));

    public static TheoryData<ErrorReason> Reasons() => new(Enum.GetValues<ErrorReason>().Where(reason => reason is not ErrorReason.Unspecified));

    [Theory]
    [MemberData(nameof(Reasons))]
    public void CodeOf_EveryReason_IsTheDocumentedOne(ErrorReason reason)
    {
        var code = Enum.Parse<StatusCode>(Documented[ErrorReasons.NameOf(reason)].Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

        Assert.Equal(code, ErrorReasons.CodeOf(reason));
        Assert.NotEqual(StatusCode.OK, code);
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void MessageOf_EveryReason_IsASentenceThatAHeaderCanCarry(ErrorReason reason) =>
        Assert.Matches("^[A-Z][ -$&-~]+\\.$", ErrorReasons.MessageOf(reason));

    [Fact]
    public void Documented_TheContract_StatesACodeForEveryReason() => Assert.Equal(
        Enum.GetValues<ErrorReason>().Length - 1,
        Documented.Count);

    [Fact]
    public void CodeOf_NoReason_IsADefect() => Assert.Throws<KeyNotFoundException>(() => ErrorReasons.CodeOf(ErrorReason.Unspecified));

    private static Dictionary<string, string> ReadContract(string[] lines)
    {
        const string comment = "  // ";
        const string value = "  ERROR_REASON_";
        var codes = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 1; i < lines.Length; i++)
        {
            var first = i;
            while (lines[first - 1].StartsWith(comment, StringComparison.Ordinal))
            {
                first--;
            }

            if (lines[i].StartsWith(value, StringComparison.Ordinal) && first < i && lines[first].Contains(": ", StringComparison.Ordinal))
            {
                codes.Add(lines[i][value.Length..lines[i].IndexOf(" =", StringComparison.Ordinal)], lines[first][comment.Length..lines[first].IndexOf(':', StringComparison.Ordinal)]);
            }
        }

        return codes;
    }
}
