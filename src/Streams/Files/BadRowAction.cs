namespace StreamMoe.Streams.Files;

/// <summary>What a reader does with a row that it cannot read.</summary>
public enum BadRowAction
{
    /// <summary>Throw <see cref="BadRowException"/>: the default.</summary>
    Stop,

    /// <summary>Leave the row out, count it and keep the first few messages.</summary>
    Skip,
}
