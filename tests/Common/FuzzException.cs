namespace StreamMoe.Tests.Common;

/// <summary>A parser did something with a case that it must not do.</summary>
internal sealed class FuzzException(string message, Exception? inner) : Exception(message, inner);
