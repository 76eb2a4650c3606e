using Grpc.Core;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Titles;

/// <summary>Films and series.</summary>
internal sealed class TitleGrpcService(TitleStore titles, TimeProvider time) : TitleService.TitleServiceBase
{
    public override async Task<CreateTitleResponse> CreateTitle(CreateTitleRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Known("kind", request.Kind);
        request.Name = TitleFields.CheckName(check, "name", request.Name);
        request.Synopsis = TitleFields.CheckSynopsis(check, "synopsis", request.Synopsis);
        request.OriginalLanguage = check.Language("original_language", request.OriginalLanguage);
        TitleFields.CheckReleaseYear(check, "release_year", request.ReleaseYear);
        var window = AvailabilityWindow.Read(check, "availability", request.Availability);
        check.ThrowIfInvalid();

        var now = time.GetUtcNow();
        return new() { Title = await titles.CreateAsync(Guid.CreateVersion7(now), context.EffectId(), request, window, now, context.CancellationToken) };
    }

    public override async Task<GetTitleResponse> GetTitle(GetTitleRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("title_id", request.TitleId);
        check.ThrowIfInvalid();

        var title = await titles.FindAsync(id, publishedOnly: !context.IsAdminOrService(), context.CancellationToken);
        return new() { Title = title ?? throw RpcErrors.Of(ErrorReason.TitleNotFound) };
    }

    public override async Task<ListTitlesResponse> ListTitles(ListTitlesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var size = PageToken.Size(check, request.PageSize);
        request.Query = check.Text("query", request.Query, TitleFields.MaxNameLength);
        check.KnownOrUnspecified("kind", request.Kind);
        check.KnownOrUnspecified("state", request.State);
        check.Country("country", request.Country);
        check.ThrowIfInvalid();
        var after = Page.Cursor<(string, Guid)>(request, request.PageToken, 2, cursor => Guid.TryParse(cursor[1], out var id) ? (cursor[0], id) : null);

        var state = context.IsAdminOrService() ? request.State : TitleState.Published;
        var filter = new TitleFilter(request.Query, request.Kind, state, request.Country, time.GetUtcNow());
        var rows = await titles.ListAsync(filter, after, size + 1, context.CancellationToken);
        var next = Page.Cut(rows, size, request, title => [TitleName.Fold(title.Name), title.Id]);
        return new() { Titles = { rows }, NextPageToken = next };
    }

    public override async Task<UpdateTitleResponse> UpdateTitle(UpdateTitleRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var title = request.Title ?? new Title();
        var id = check.Id("title.id", title.Id);
        check.Require(title.Etag.Length > 0, "title.etag", "is required");
        var mask = UpdateMask.Read(check, request.UpdateMask, "name", "synopsis", "original_language", "release_year", "availability");
        var window = TitleFields.CheckMasked(check, mask, title);
        check.ThrowIfInvalid();

        var outcome = await titles.UpdateAsync(id, Etag.Version(title.Etag), mask, title, window, time.GetUtcNow(), context.CancellationToken);
        return new() { Title = outcome.OrThrow() };
    }

    public override async Task<PublishTitleResponse> PublishTitle(PublishTitleRequest request, ServerCallContext context) =>
        new() { Title = await MoveAsync(request.TitleId, request.Etag, TitleState.Published, context) };

    public override async Task<ArchiveTitleResponse> ArchiveTitle(ArchiveTitleRequest request, ServerCallContext context) =>
        new() { Title = await MoveAsync(request.TitleId, request.Etag, TitleState.Archived, context) };

    public override async Task<DeleteTitleResponse> DeleteTitle(DeleteTitleRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("title_id", request.TitleId);
        check.ThrowIfInvalid();

        (await titles.DeleteAsync(id, Etag.Version(request.Etag), context.CancellationToken)).OrThrow();
        return new();
    }

    private async Task<Title> MoveAsync(string titleId, string etag, TitleState state, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("title_id", titleId);
        check.ThrowIfInvalid();

        return (await titles.MoveAsync(id, Etag.Version(etag), state, time.GetUtcNow(), context.CancellationToken)).OrThrow();
    }
}
