// "migrate" is a run that ends at once, with the exit code that it is told.
if (args is ["migrate", ..])
{
    Console.WriteLine("migrated");
    return args.Length > 1 ? int.Parse(args[1]) : 0;
}

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddServiceDiscovery();
builder.Services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());

var app = builder.Build();
app.MapGet("/health/ready", () => "ready");
app.MapGet("/pid", () => Environment.ProcessId.ToString());
app.MapGet("/env/{name}", (string name) => Environment.GetEnvironmentVariable(name) ?? "");
app.MapGet("/protocol", (HttpContext context) => context.Request.Protocol);
app.MapGet("/call", async (string uri, IHttpClientFactory clients) => await clients.CreateClient().GetStringAsync(new Uri(uri)));
app.MapGet("/crash", () => Environment.FailFast("asked to crash"));
// What is sent is answered after it has ended: only a half-closed connection makes that possible over a raw socket.
app.MapPost("/echo", async (HttpContext context) =>
{
    using var body = new MemoryStream();
    await context.Request.Body.CopyToAsync(body);
    return Results.Bytes(body.ToArray());
});
await app.RunAsync();
return 0;
