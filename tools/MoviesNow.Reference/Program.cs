using MoviesNow.Reference;

// Writes docs/reference anew. Run it from the root of the checkout.
var folder = Path.GetFullPath("docs/reference");
if (!Directory.Exists(folder))
{
    Console.Error.WriteLine($"There is no {folder}: run this from the root of the checkout.");
    return 1;
}

foreach (var (name, text) in ReferencePages.All())
{
    var file = Path.Combine(folder, name);
    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
    await File.WriteAllTextAsync(file, text);
}

foreach (var stray in ReferencePages.StraysIn(folder))
{
    File.Delete(stray);
}

return 0;
