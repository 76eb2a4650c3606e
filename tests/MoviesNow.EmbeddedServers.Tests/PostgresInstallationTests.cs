namespace MoviesNow.EmbeddedServers.Tests;

public sealed class PostgresInstallationTests
{
    [Theory]
    [InlineData("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", "15.14")]
    [InlineData("postgres (PostgreSQL) 18.4", "18.4")]
    public void ParseVersion_WhatServersPrint_IsRead(string text, string expected) =>
        Assert.Equal(Version.Parse(expected), PostgresInstallation.ParseVersion(text));

    [Theory]
    [InlineData("")]
    [InlineData("psql 12")]
    [InlineData("postgres (PostgreSQL) 19devel")]
    public void ParseVersion_AnythingElse_IsNull(string text) => Assert.Null(PostgresInstallation.ParseVersion(text));

    [Theory]
    [InlineData("14.9", false)]
    [InlineData("15.0", true)]
    public async Task AtAsync_MinimumVersion_Decides(string version, bool usable)
    {
        using var directory = new TemporaryDirectory();
        foreach (var program in new[] { "postgres", "initdb" })
        {
            await File.WriteAllTextAsync(directory[program], $"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n");
            File.SetUnixFileMode(directory[program], (UnixFileMode)0b111_101_101);
        }

        Assert.Equal(usable, await PostgresInstallation.AtAsync(directory.Path, default) is not null);
    }

    [Fact]
    public async Task LocateAsync_BrokenInstallation_IsPassedOver()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory["postgres"], "not a program");
        await File.WriteAllTextAsync(directory["initdb"], "not a program");

        Assert.Null(await PostgresInstallation.LocateAsync([directory.Path, "/nowhere"], default));
    }

    [Fact]
    public async Task InstallAsync_MachineHasNone_DownloadedServerServes()
    {
        var installation = await PostgresPackage.InstallAsync(TestTools.Directory, Console.WriteLine, default);
        using var directory = new TemporaryDirectory();
        var cluster = await PostgresCluster.PrepareAsync(installation, directory["data"], ["catalogdb"], durable: false);

        await using var server = await cluster.StartAsync(FreePort.Next());

        Assert.Equal(new Version(18, 4), installation.Version);
        Assert.True(server.IsRunning);
        await server.StopAsync();
    }
}
