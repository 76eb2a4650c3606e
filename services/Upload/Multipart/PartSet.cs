using System.Globalization;
using MoviesNow.Storage;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Multipart;

/// <summary>What the parts in the bucket are worth against the plan.</summary>
internal static class PartSet
{
    private const int MaxNamed = 10;

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

    /// <summary>Why <see cref="ToJoin"/> has nothing to join, in words.</summary>
    public static string Problem(PartLayout plan, IEnumerable<StoredPart> stored, IReadOnlyCollection<UploadedPart> named)
    {
        var whole = Whole(plan, stored);
        var missing = Enumerable.Range(1, plan.Count).Where(number => !whole.ContainsKey(number)).ToList();
        if (missing.Count > 0)
        {
            return $"not in the bucket, or of another size: {Numbers(missing)} of {plan.Count.ToString("N0", CultureInfo.InvariantCulture)}";
        }

        var different = named.Where(part => !IsStored(whole, part)).Select(part => part.PartNumber).Order().ToList();
        return different.Count > 0
            ? $"in the bucket with another entity tag or size than named: {Numbers(different)}"
            : $"in the bucket and not named: {Numbers([.. whole.Keys.Except(named.Select(part => part.PartNumber))])}";
    }

    private static string Numbers(List<int> numbers)
    {
        var first = string.Join(", ", numbers.Take(MaxNamed));
        var rest = numbers.Count > MaxNamed ? string.Create(CultureInfo.InvariantCulture, $" and {numbers.Count - MaxNamed:N0} more") : "";
        return $"{(numbers.Count == 1 ? "part" : "parts")} {first}{rest}";
    }

    private static bool IsStored(SortedDictionary<int, StoredPart> whole, UploadedPart part) => whole.TryGetValue(part.PartNumber, out var found)
        && string.Equals(found.ETag, part.Etag.Trim('"'), StringComparison.Ordinal)
        && (part.SizeBytes == 0 || part.SizeBytes == found.Size);
}
