using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace MoviesNow.ServiceDefaults.Identity;

/// <summary>Authentication that checks a token when it does not remember it.</summary>
internal sealed class RememberingAuthentication(
    RememberedTokens tokens,
    IAuthenticationSchemeProvider schemes,
    IAuthenticationHandlerProvider handlers,
    IClaimsTransformation transform,
    IOptions<AuthenticationOptions> options) : AuthenticationService(schemes, handlers, transform, options)
{
    public override Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme)
    {
        if (context.Request.Headers.Authorization is not [{ } header])
        {
            return base.AuthenticateAsync(context, scheme);
        }

        return tokens.Find(header) is { } known ? Task.FromResult(known) : CheckAsync(context, scheme, header);
    }

    private async Task<AuthenticateResult> CheckAsync(HttpContext context, string? scheme, string header)
    {
        var result = await base.AuthenticateAsync(context, scheme);
        tokens.Remember(header, result);
        return result;
    }
}
