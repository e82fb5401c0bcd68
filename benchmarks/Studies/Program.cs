using System.Diagnostics;
using System.Text;
using StreamMoe.Studies;

if (args.Length != 1 || StudyCatalogue.All.FirstOrDefault(s => s.Name == args[0]) is not { } study)
{
    Console.Error.WriteLine(args.Length == 1 ? $"studies: there is no study '{args[0]}'." : $"studies: found {args.Length} arguments; must be one, the study's name.");
    foreach (Study known in StudyCatalogue.All) Console.Error.WriteLine($"  {known.Name}  {known.Summary} Page: {known.Page}.");
    return 2;
}

// The page is printed in one piece: a study that fails leaves nothing that looks like a page.
long start = Stopwatch.GetTimestamp();
StringWriter page = new() { NewLine = "\n" };
study.Write(page);
using (StreamWriter output = new(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)))
    output.Write(page.ToString());
Console.Error.WriteLine($"studies: {study.Name} took {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s.");
return 0;
