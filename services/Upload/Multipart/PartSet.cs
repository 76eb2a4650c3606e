using System.Globalization;
using MoviesNow.Storage;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Multipart;

/// <summary>Why parts cannot be joined.</summary>
/// <param name="Detail">In words, with the first of the numbers.</param>
/// <param name="Numbers">The parts that it is about, ascending.</param>
internal sealed record PartsProblem(string Detail, IReadOnlyList<int> Numbers);

/// <summary>What the parts in the bucket are worth against the plan.</summary>
internal static class PartSet
{
    /// <summary>How many parts an error names.</summary>
    public const int MaxNamed = 10;

    /// <summary>The parts of the plan that are in the bucket whole, by number. A part of another size is as good as missing.</summary>
    public static SortedDictionary<int, StoredPart> Whole(PartLayout plan, IEnumerable<StoredPart> stored)
    {
        var whole = new SortedDictionary<int, StoredPart>();
        foreach (var part in stored)
        {
            if (plan.Has(part.Number) && part.Size == plan.SizeOf(part.Number))
            {
                whole[part.Number] = part;
            }
        }

        return whole;
    }

    /// <summary>The numbers of the plan that are not in the bucket, ascending.</summary>
    public static IEnumerable<int> Missing(PartLayout plan, IEnumerable<StoredPart> stored)
    {
        var whole = Whole(plan, stored);
        return Enumerable.Range(1, plan.Count).Where(number => !whole.ContainsKey(number));
    }

    /// <summary>
    /// The parts to join, ascending; null when one is missing, or when the caller names a part or an entity tag that storage does not have.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stored">What storage lists.</param>
    /// <param name="named">What the caller names, in any order, without duplicates; empty to trust the listing.</param>
    public static IReadOnlyList<CompletedPart>? ToJoin(PartLayout plan, IEnumerable<StoredPart> stored, IReadOnlyCollection<UploadedPart> named)
    {
        var whole = Whole(plan, stored);
        var complete = whole.Count == plan.Count && (named.Count == 0 || (named.Count == plan.Count && named.All(part => IsStored(whole, part))));
        return complete ? [.. whole.Values.Select(part => new CompletedPart(part.Number, part.ETag, part.Sha256))] : null;
    }

    /// <summary>Why <see cref="ToJoin"/> has nothing to join.</summary>
    public static PartsProblem Problem(PartLayout plan, IEnumerable<StoredPart> stored, IReadOnlyCollection<UploadedPart> named)
    {
        var parts = stored.Where(part => plan.Has(part.Number)).ToDictionary(part => part.Number);
        var whole = Whole(plan, parts.Values);
        var absent = Enumerable.Range(1, plan.Count).Where(number => !parts.ContainsKey(number)).ToList();
        var misfits = parts.Values.Where(part => !whole.ContainsKey(part.Number)).OrderBy(part => part.Number).ToList();
        if (absent.Count + misfits.Count > 0)
        {
            List<string> clauses = [];
            if (absent.Count > 0)
            {
                clauses.Add($"not in the bucket: {Numbers(absent)} of {Words(plan.Count)}");
            }

            if (misfits is [var first, ..])
            {
                clauses.Add(
                    $"of another size than planned: {Numbers([.. misfits.Select(part => part.Number)])} (part {first.Number} has {Words(first.Size)} bytes instead of {Words(plan.SizeOf(first.Number))})");
            }

            return new(string.Join("; ", clauses), [.. absent.Concat(misfits.Select(part => part.Number)).Order()]);
        }

        var beyond = named.Where(part => !plan.Has(part.PartNumber)).Select(part => part.PartNumber).Order().ToList();
        if (beyond.Count > 0)
        {
            return new($"named and not in the plan: {Numbers(beyond)}", beyond);
        }

        var different = named.Where(part => !IsStored(whole, part)).Select(part => part.PartNumber).Order().ToList();
        if (different.Count > 0)
        {
            return new($"in the bucket with another entity tag or size than named: {Numbers(different)}", different);
        }

        List<int> unnamed = [.. whole.Keys.Except(named.Select(part => part.PartNumber))];
        return new($"in the bucket and not named: {Numbers(unnamed)}", unnamed);
    }

    private static string Numbers(List<int> numbers)
    {
        var first = string.Join(", ", numbers.Take(MaxNamed));
        var rest = numbers.Count > MaxNamed ? $" and {Words(numbers.Count - MaxNamed)} more" : "";
        return $"{(numbers.Count == 1 ? "part" : "parts")} {first}{rest}";
    }

    private static string Words(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static bool IsStored(SortedDictionary<int, StoredPart> whole, UploadedPart part) => whole.TryGetValue(part.PartNumber, out var found)
        && string.Equals(found.ETag, part.Etag.Trim('"'), StringComparison.Ordinal)
        && (part.SizeBytes == 0 || part.SizeBytes == found.Size);
}
