using System.CommandLine;

namespace MoviesNow.Cli.Tests;

/// <summary>Options that are numbers, of every command there is.</summary>
public sealed class NumberRangeTests
{
    private static readonly Type[] Numbers = [typeof(int), typeof(int?), typeof(long), typeof(long?)];

    private static readonly RootCommand Tree = CommandTree.Create();

    public static TheoryData<string, string> Options()
    {
        var data = new TheoryData<string, string>();
        foreach (var (path, option) in OptionsBelow(Tree, ""))
        {
            data.Add(path, option.Name);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Parse_WhatIsNoNumber_IsRefused(string path, string option)
    {
        foreach (var text in (string[])["abc", "1.5", "99999999999999999999", ""])
        {
            Assert.NotEmpty(Tree.Parse([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), option, text]).Errors);
        }
    }

    [Theory]
    [InlineData("token admin --minutes 0", "--minutes must be 1 to 1440.")]
    [InlineData("token admin --minutes 1441", "--minutes must be 1 to 1440.")]
    [InlineData("title list --limit 0", "--limit must be at least 1.")]
    [InlineData("token admin --minutes 1440", null)]
    public void Parse_NumberOutsideItsRange_NamesTheRange(string line, string? expected)
    {
        Assert.Equal(expected, Tree.Parse(line.Split(' ')).Errors.SingleOrDefault()?.Message);
    }

    private static IEnumerable<(string Path, Option Option)> OptionsBelow(Command command, string path) =>
        command.Options.Where(option => Numbers.Contains(option.ValueType)).Select(option => (path, option))
            .Concat(command.Subcommands.SelectMany(child => OptionsBelow(child, $"{path} {child.Name}")));
}
