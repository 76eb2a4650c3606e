using Microsoft.AspNetCore.Builder;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Audit;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.ServiceDefaults.Tests.Audit;

/// <summary>A service with which administrators change something does not start without a trail.</summary>
public sealed class AuditRegistrationTests
{
    [Fact]
    public async Task RunService_ChangesWithoutATrail_IsRefused()
    {
        await using var app = Build(_ => { });
        app.MapGrpcService<Titles>();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => app.RunServiceAsync());

        Assert.Contains("/moviesnow.catalog.v1.TitleService/", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequireAuditTrail_ATrailOrNoChanges_IsFine()
    {
        await using var own = Build(builder =>
        {
            builder.Configuration["ConnectionStrings:db"] = "Host=127.0.0.1";
            builder.AddPostgres("db");
            builder.AddAuditTrail();
        });
        own.MapGrpcService<Titles>();
        own.RequireAuditTrail();

        await using var remote = Build(builder => builder.Services.AddRemoteAuditTrail("catalog"));
        remote.MapGrpcService<Titles>();
        remote.RequireAuditTrail();

        await using var reader = Build(_ => { });
        reader.MapGrpcService<Qoe>();
        reader.RequireAuditTrail();
    }

    private static WebApplication Build(Action<WebApplicationBuilder> configure)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration["Auth:LocalSigningKey"] = Who.SigningKey;
        builder.AddServiceDefaults();
        configure(builder);
        return builder.Build();
    }

    private sealed class Titles : TitleService.TitleServiceBase;

    private sealed class Qoe : QoeService.QoeServiceBase;
}
