using System.Text.Json;
using Microsoft.Playwright;

namespace MoviesNow.Browser.Tests.Harness;

internal static class PageCalls
{
    // Ten million bytes go through base64, the browser and the service on a machine that may be busy.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Calls a function of the page with JSON arguments and waits for what it promises.</summary>
    public static async Task<JsonElement> CallAsync(this IPage page, string function, params object[] arguments)
    {
        // As text both ways: Playwright marks the objects that it converts with members of its own.
        var expression = $"async text => JSON.stringify(await {function}(...JSON.parse(text)) ?? null)";
        var answer = await page.EvaluateAsync<string>(expression, JsonSerializer.Serialize(arguments, JsonSerializerOptions.Web)).WaitAsync(Patience);
        return JsonSerializer.Deserialize<JsonElement>(answer);
    }
}
