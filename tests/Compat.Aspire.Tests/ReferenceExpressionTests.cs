using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Compat.Aspire.Tests;

public sealed class ReferenceExpressionTests
{
    [Fact]
    public async Task Create_BracesFormatsAndNesting_KeepTheirMeaning()
    {
        var builder = Applications.Create();
        var user = builder.AddParameter("user", "a b");
        var inner = ReferenceExpression.Create($"{{{user}}}");
        var outer = ReferenceExpression.Create($"x={inner};y={user:uri};z={"text"}");

        Assert.Equal("x={a b};y=a%20b;z=text", await outer.GetValueAsync(CancellationToken.None));
        Assert.Equal("x={{user.value}};y={user.value};z=text", outer.ValueExpression);
        Assert.Equal(2, outer.ValueProviders.Count);
    }

    [Fact]
    public async Task Builder_Appended_EqualsInterpolated()
    {
        var builder = Applications.Create();
        var user = builder.AddParameter("user", "ann");
        var db = builder.AddConnectionString("db", b =>
        {
            b.AppendLiteral("Host=h");
            b.Append($";User={user.Resource}");
        });

        Assert.Equal("Host=h;User=ann", await db.Resource.ConnectionStringExpression.GetValueAsync(CancellationToken.None));
    }

    [Fact]
    public async Task GetValueAsync_GeneratedDefault_IsLongEnoughAndStable()
    {
        var builder = Applications.Create();
        var password = builder.AddParameter("password", new GenerateParameterDefault { MinLength = 30, Special = false }, secret: true);

        var first = await password.Resource.GetValueAsync(CancellationToken.None);

        Assert.Equal(first, await password.Resource.GetValueAsync(CancellationToken.None));
        Assert.Matches("^[A-Za-z0-9]{30}$", first);
        Assert.Throws<NotSupportedException>(() => builder.AddParameter("kept", new GenerateParameterDefault(), persist: true));
    }
}
