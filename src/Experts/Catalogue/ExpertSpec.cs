using StreamMoe.Experts.Drift.Windows;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts;

/// <summary>A description from which any number of equal experts can be made: kind, options and view.</summary>
/// <remarks>Immutable; equal when all three are equal.</remarks>
/// <param name="Kind">The kind.</param>
/// <param name="Options">Options of that kind.</param>
/// <param name="View">What the expert sees of an instance.</param>
public sealed record ExpertSpec(ExpertKind Kind, OptionSet Options, ExpertView View)
{
    /// <summary>Makes an expert.</summary>
    /// <param name="schema">The attributes of the vectors that the expert will be given, those of its view; the class is the stream's.</param>
    /// <param name="seed">Seed of all that is random in it.</param>
    public IExpert Create(Schema schema, ulong seed) => Kind.Make(Options, schema, seed);

    /// <summary>The text that <see cref="ExpertCatalogue.Parse"/> reads: <c>net:learningRate=0.01@temporal</c>. What is as by default, and where it is computed, is left out.</summary>
    public override string ToString()
    {
        string options = string.Join(',', Kind.Options
            .Where(o => !o.IsOperational && o.TextOf(Options) != o.DefaultText).Select(o => $"{o.Name}={o.TextOf(Options)}"));
        return Kind.Name + (options.Length > 0 ? ":" + options : "") + (View != Kind.View ? "@" + ExpertCatalogue.NameOf(View) : "");
    }

    /// <summary>The text that says everything: all learning options and the view, whatever the defaults are.</summary>
    /// <param name="withDevices">True to say where it is computed, too, where that is not as by default.</param>
    internal string ToFullString(bool withDevices = false)
    {
        string options = string.Join(',', Kind.Options
            .Where(o => !o.IsOperational || (withDevices && o.TextOf(Options) != o.DefaultText)).Select(o => $"{o.Name}={o.TextOf(Options)}"));
        return $"{Kind.Name}{(options.Length > 0 ? ":" + options : "")}@{ExpertCatalogue.NameOf(View)}";
    }
}
