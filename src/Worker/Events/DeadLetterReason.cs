namespace StreamMoe.Worker.Events;

/// <summary>Why a record cannot be used. The header <c>streammoe-reason</c> has the names of <see cref="DeadLetterReasons"/>.</summary>
internal enum DeadLetterReason : byte
{
    /// <summary>The record has no value.</summary>
    NullValue,

    /// <summary>The value is not valid UTF-8.</summary>
    NotUtf8,

    /// <summary>The value is not one JSON value: empty, cut short, or with something behind it.</summary>
    NotJson,

    /// <summary>Objects and arrays are nested deeper than <see cref="EventDecoder.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>The value is JSON, but not an object.</summary>
    NotAnObject,

    /// <summary>A known key, or the name of a feature, stands there twice.</summary>
    DuplicateKey,

    /// <summary>Neither <c>features</c> nor <c>label</c> is there.</summary>
    MissingFeaturesAndLabel,

    /// <summary>A label on its own without the id of its event.</summary>
    LabelWithoutId,

    /// <summary>A feature, the features or the label have a JSON type that they may not have.</summary>
    WrongType,

    /// <summary>The features are an array of another length than the schema has attributes.</summary>
    WrongLength,

    /// <summary>A number is too large for a double.</summary>
    NotFinite,

    /// <summary>A text holds half a surrogate pair.</summary>
    BadText,

    /// <summary>The time is not a RFC 3339 time.</summary>
    BadTime,

    /// <summary>The id is neither text nor number, empty, or longer than <see cref="EventDecoder.MaxIdBytes"/>.</summary>
    BadId,

    /// <summary>The label is new and there are as many classes as may be.</summary>
    UnknownClass,

    /// <summary>The value of a nominal attribute is new and there are as many values as may be.</summary>
    UnknownValue,

    /// <summary>A record of the label topic that has features.</summary>
    NotALabel,

    /// <summary>Too many records were held for the inference of the schema, and none of them had a label, or none features.</summary>
    NoSchema,

    /// <summary>A new class or nominal value is longer than <see cref="EventDecoder.MaxTextBytes"/>.</summary>
    TextTooLong,

    /// <summary>The record was used, but its prediction is larger than its topic takes.</summary>
    PredictionTooLarge,

    /// <summary>An object without <c>features</c> that has other keys, though events are nested (<see cref="Configuration.EventShape"/>).</summary>
    FlatEvent,

    /// <summary>The value is not Avro in Confluent's wire format, not what its schema says, or its schema is not there.</summary>
    NotAvro,

    /// <summary>The value is not the CloudEvent, or the change event of Debezium, that <c>events:format</c> says.</summary>
    NotAnEnvelope,

    /// <summary>An event that waits for its label has its id for a key, though keys are an attribute (<see cref="Configuration.EventOptions.KeyAsAttribute"/>).</summary>
    KeyIsId,
}
