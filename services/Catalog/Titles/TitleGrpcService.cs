using System.Globalization;
using Grpc.Core;
using MoviesNow.Catalog.Caching;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Catalog.Validation;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Titles;

/// <summary>Films and series.</summary>
internal sealed class TitleGrpcService(
    TitleStore titles, TitleReader reader, TitleFinder finder, TitleSearch search, PublishGuard publishing, TitleCache cache, TimeProvider time)
    : TitleService.TitleServiceBase
{
    public override async Task<CreateTitleResponse> CreateTitle(CreateTitleRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var title = TitleOf(request);
        check.Known("kind", title.Kind);
        TitleFields.Check(check, "", title, UpdateMask.All);
        TitleFields.CheckTogether(check, "", title);
        check.ThrowIfInvalid();

        var now = time.GetUtcNow();
        return new() { Title = (await titles.CreateAsync(Guid.CreateVersion7(now), context.EffectId(), title, now, context.CancellationToken)).OrThrow() };
    }

    public override async Task<GetTitleResponse> GetTitle(GetTitleRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("title_id", request.TitleId);
        CallerCountry.Check(check, "country", request.Country);
        check.ThrowIfInvalid();

        var title = await reader.FindAsync(id, Viewer.In(context, request.Country, time), context.CancellationToken);
        return new() { Title = title ?? throw RpcErrors.Of(ErrorReason.TitleNotFound) };
    }

    public override async Task<ListTitlesResponse> ListTitles(ListTitlesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var size = PageToken.Size(check, request.PageSize);
        request.Query = check.Text("query", request.Query, TitleFields.MaxNameLength);
        var viewer = Viewer.Of(context, request.Country, time);
        var filter = new TitleFilter(
            request.Kind, viewer.SeesAll ? request.State : default, viewer.SeesAll ? request.Country : "", request.Genre, request.Language,
            request.ReleaseYearFrom, request.ReleaseYearTo, request.IncludeAdult).Read(check);
        check.KnownOrUnspecified("state", request.State);
        check.Country("country", request.Country);
        check.ThrowIfInvalid();
        var after = Page.Cursor<(string, Guid)>(request, request.PageToken, 2, cursor => Guid.TryParse(cursor[1], out var id) ? (cursor[0], id) : null);

        var rows = await finder.ListAsync(TitleName.Fold(request.Query), filter, viewer, after, size + 1, context.CancellationToken);
        var next = Page.Cut(rows, size, request, title => [TitleName.SortKey(title), title.Id]);
        return new() { Titles = { rows }, NextPageToken = next };
    }

    public override async Task<SearchTitlesResponse> SearchTitles(SearchTitlesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var size = PageToken.Size(check, request.PageSize, defaultSize: 20, maxSize: 100);
        request.Query = check.Text("query", request.Query, TitleFields.MaxNameLength, required: true);
        var words = TitleName.Words(TitleName.Fold(request.Query));
        check.Require(request.Query.Length == 0 || words.Length > 0, "query", "must have a letter or digit");
        var viewer = Viewer.Of(context, request.Country, time);
        var filter = new TitleFilter(
            request.Kind, viewer.SeesAll ? request.State : default, viewer.SeesAll ? request.Country : "", request.Genre, request.Language,
            request.ReleaseYearFrom, request.ReleaseYearTo, request.IncludeAdult).Read(check);
        check.KnownOrUnspecified("state", request.State);
        check.Country("country", request.Country);
        check.ThrowIfInvalid();
        var after = Page.Cursor<SearchPosition>(request, request.PageToken, 4, ParsePosition);

        var rows = await search.FindAsync(words, filter, viewer, after, size + 1, context.CancellationToken);
        var next = Page.Cut(rows, size, request, row => CursorOf(row.Position));
        return new() { Titles = { rows.Select(row => row.Title) }, NextPageToken = next };
    }

    public override async Task<UpdateTitleResponse> UpdateTitle(UpdateTitleRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var values = request.Title?.Clone() ?? new Title();
        var id = check.Id("title.id", values.Id);
        check.Require(values.Etag.Length > 0, "title.etag", "is required");
        var mask = UpdateMask.Read(check, request.UpdateMask, TitleFields.Changeable);
        TitleFields.Check(check, "title.", values, mask);
        check.ThrowIfInvalid();

        var title = await titles.FindAsync(id, context.CancellationToken) ?? throw RpcErrors.Of(ErrorReason.TitleNotFound);
        var version = Etag.Match(title.Etag, values.Etag);
        mask.Apply(values, title);
        TitleFields.CheckTogether(check, "title.", title);
        check.ThrowIfInvalid();
        var updated = (await titles.UpdateAsync(id, version, title, time.GetUtcNow(), context.CancellationToken)).OrThrow();
        await cache.ForgetAsync(id);
        return new() { Title = updated };
    }

    public override async Task<PublishTitleResponse> PublishTitle(PublishTitleRequest request, ServerCallContext context)
    {
        var id = ReadId(request.TitleId);
        var findings = await publishing.ExamineAsync(id, request.Etag, context.CancellationToken);
        return new() { Title = await MoveAsync(id, request.Etag, TitleState.Published, context), Findings = { findings } };
    }

    public override async Task<ArchiveTitleResponse> ArchiveTitle(ArchiveTitleRequest request, ServerCallContext context) =>
        new() { Title = await MoveAsync(ReadId(request.TitleId), request.Etag, TitleState.Archived, context) };

    public override async Task<DeleteTitleResponse> DeleteTitle(DeleteTitleRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("title_id", request.TitleId);
        check.ThrowIfInvalid();

        (await titles.DeleteAsync(id, Etag.Version(request.Etag), request.Cascade, context.CancellationToken)).OrThrow();
        await cache.ForgetAsync(id);
        return new();
    }

    private static Guid ReadId(string titleId)
    {
        var check = new RequestCheck();
        var id = check.Id("title_id", titleId);
        check.ThrowIfInvalid();
        return id;
    }

    private async Task<Title> MoveAsync(Guid id, string etag, TitleState state, ServerCallContext context)
    {
        var title = (await titles.MoveAsync(id, Etag.Version(etag), state, time.GetUtcNow(), context.CancellationToken)).OrThrow();
        await cache.ForgetAsync(id);
        return title;
    }

    private static string[] CursorOf(SearchPosition position) =>
    [
        position.Stage.ToString(CultureInfo.InvariantCulture), position.Similarity.ToString("R", CultureInfo.InvariantCulture),
        position.DisplayKey, position.Id.ToString(),
    ];

    private static SearchPosition? ParsePosition(string[] cursor) =>
        int.TryParse(cursor[0], NumberStyles.None, CultureInfo.InvariantCulture, out var stage)
        && float.TryParse(cursor[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var similarity)
        && Guid.TryParse(cursor[3], out var id)
            ? new SearchPosition(stage, similarity, cursor[2], id)
            : null;

    private static Title TitleOf(CreateTitleRequest request) => new()
    {
        Kind = request.Kind,
        Name = request.Name,
        OriginalName = request.OriginalName,
        SortName = request.SortName,
        Synopsis = request.Synopsis,
        OriginalLanguage = request.OriginalLanguage,
        ReleaseYear = request.ReleaseYear,
        EndYear = request.EndYear,
        Availability = request.Availability,
        Genres = { request.Genres },
        ContentRatings = { request.ContentRatings },
        DurationMs = request.DurationMs,
        IsAdult = request.IsAdult,
        ExternalIds = { request.ExternalIds },
    };
}
