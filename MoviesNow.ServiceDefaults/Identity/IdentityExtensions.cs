using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace MoviesNow.ServiceDefaults.Identity;

internal static class IdentityExtensions
{
    private const int MaxSubjectLength = 255;

    private static readonly TimeSpan AuthorityTimeout = TimeSpan.FromSeconds(2);

    // How long a key that the authority withdraws may count, and how often a key that is not known makes us ask for its keys.
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan UnknownKeyInterval = TimeSpan.FromSeconds(30);

    public static void AddIdentity(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<AuthOptions>().BindConfiguration(AuthOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<AuthOptions>, AuthOptionsValidator>();
        builder.Services.AddSingleton<ApiKeys>();
        builder.Services.AddSingleton<IServiceTokenProvider, ServiceTokenProvider>();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        // Not the service's clock, which a test may set: the library judges lifetimes by the machine's.
        builder.Services.AddSingleton(new RememberedTokens(TimeProvider.System));
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<IOptions<AuthOptions>>(ConfigureBearer).PostConfigure(ForgetOldKeys);
    }

    private static void ConfigureBearer(JwtBearerOptions bearer, IOptions<AuthOptions> options)
    {
        var auth = options.Value;
        bearer.MapInboundClaims = false;
        bearer.SaveToken = false;
        bearer.BackchannelTimeout = AuthorityTimeout;
        bearer.Events = new JwtBearerEvents { OnTokenValidated = RequireSubjectAsync, OnAuthenticationFailed = AuthorityWatch.NoteAsync };
        bearer.Audience = auth.Audience;
        bearer.TokenValidationParameters.ClockSkew = auth.ClockSkew;
        bearer.TokenValidationParameters.NameClaimType = "sub";
        bearer.TokenValidationParameters.RequireExpirationTime = true;
        bearer.TokenValidationParameters.RequireSignedTokens = true;
        if (auth.Authority.Length > 0)
        {
            bearer.Authority = auth.Authority;
            bearer.AutomaticRefreshInterval = KeyLifetime;
            bearer.RefreshInterval = UnknownKeyInterval;
            bearer.RequireHttpsMetadata = !new Uri(auth.Authority).IsLoopback;
            bearer.TokenValidationParameters.ValidAlgorithms =
                [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384];
        }
        else
        {
            bearer.TokenValidationParameters.ValidIssuer = AuthOptions.LocalIssuer;
            bearer.TokenValidationParameters.IssuerSigningKey = LocalTokens.KeyOf(auth.LocalSigningKey);
            bearer.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.HmacSha256];
        }
    }

    /// <summary>The library would go on to accept the keys of the configuration before the last one for an hour: withdrawn ones, too.</summary>
    private static void ForgetOldKeys(JwtBearerOptions bearer)
    {
        if (bearer.ConfigurationManager is BaseConfigurationManager authority)
        {
            authority.UseLastKnownGoodConfiguration = false;
        }
    }

    /// <summary>What a caller owns is kept under its subject, so nobody may be without one.</summary>
    private static Task RequireSubjectAsync(TokenValidatedContext context)
    {
        if (context.Principal?.FindFirst("sub") is not { Value.Length: > 0 and <= MaxSubjectLength })
        {
            context.Fail("The token names no subject.");
        }

        return Task.CompletedTask;
    }
}
