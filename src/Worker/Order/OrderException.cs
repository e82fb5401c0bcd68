namespace StreamMoe.Worker.Order;

/// <summary>An order log cannot be followed; the text says what was found, what was expected, where, and what to do.</summary>
internal sealed class OrderException(string message, Exception? cause = null) : Exception(message, cause);
