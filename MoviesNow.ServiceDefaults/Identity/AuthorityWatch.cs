using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;

namespace MoviesNow.ServiceDefaults.Identity;

/// <summary>
/// Tells a token that was refused from one that could not be judged, because the authority's keys were never obtained: the caller
/// of the latter should try again rather than throw a good token away.
/// </summary>
internal static class AuthorityWatch
{
    private static readonly object Mark = new();

    public static async Task NoteAsync(AuthenticationFailedContext failed)
    {
        if (failed.Options.ConfigurationManager is not { } authority)
        {
            return;
        }

        try
        {
            await authority.GetConfigurationAsync(failed.HttpContext.RequestAborted);
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or OperationCanceledException or HttpRequestException)
        {
            failed.HttpContext.Items[Mark] = true;
        }
    }

    public static bool CouldNotJudge(HttpContext context) => context.Items.ContainsKey(Mark);
}
