using System.Linq.Expressions;
using System.Reflection;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Online;

/// <summary>Reads the properties of a type as a row, by delegates that are compiled once.</summary>
internal static class PropertyReader<T>
{
    private static readonly (PropertyInfo Property, Func<T, double>? Number, Func<T, string?>? Text)[] s_properties = [.. typeof(T)
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanRead && property.GetIndexParameters().Length == 0)
        .Select(Compile)];

    /// <summary>A schema with one attribute a property, in the order of declaration, and a class <c>label</c> whose values are not known yet.</summary>
    /// <exception cref="ArgumentException">A property is of another type, or there is none.</exception>
    public static Schema CreateSchema()
    {
        if (s_properties.Length == 0) throw new ArgumentException($"{typeof(T).Name} has no readable public property; each is an attribute.");
        foreach ((PropertyInfo property, Func<T, double>? number, Func<T, string?>? text) in s_properties)
            if (number is null && text is null)
                throw new ArgumentException($"{typeof(T).Name}.{property.Name} is of type {property.PropertyType.Name}; must be a number, text, a boolean or an enum.");
        string label = "label";
        while (s_properties.Any(p => p.Property.Name == label)) label += "_";
        return new Schema(typeof(T).Name, s_properties.Select(Attribute), SchemaAttribute.Nominal(label, []));
    }

    /// <summary>Reads a row.</summary>
    /// <param name="schema">As <see cref="CreateSchema"/> made it.</param>
    /// <param name="features">The event.</param>
    /// <param name="row">Receives a value a property; NaN = missing.</param>
    /// <param name="grow">True when new nominal values are added to their domains.</param>
    public static void Read(Schema schema, T features, Span<double> row, bool grow)
    {
        for (int i = 0; i < row.Length; i++)
        {
            if (s_properties[i].Number is { } number) row[i] = number(features);
            else row[i] = s_properties[i].Text!(features) is { } text ? FeatureReader.Nominal(schema.Attributes[i].Domain!, text, grow) : double.NaN;
        }
    }

    private static SchemaAttribute Attribute((PropertyInfo Property, Func<T, double>? Number, Func<T, string?>? Text) of)
    {
        Type type = Nullable.GetUnderlyingType(of.Property.PropertyType) ?? of.Property.PropertyType;
        return of.Number is not null ? SchemaAttribute.Numeric(of.Property.Name)
            : SchemaAttribute.Nominal(of.Property.Name, type == typeof(bool) ? ["false", "true"] : type.IsEnum ? Enum.GetNames(type) : []);
    }

    private static (PropertyInfo, Func<T, double>?, Func<T, string?>?) Compile(PropertyInfo property)
    {
        ParameterExpression item = Expression.Parameter(typeof(T));
        Expression value = Expression.Property(item, property);
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        bool nullable = type != property.PropertyType;
        if (type == typeof(string)) return (property, null, Expression.Lambda<Func<T, string?>>(value, item).Compile());
        Expression present = nullable ? Expression.Property(value, "Value") : value;
        if (type == typeof(bool) || type.IsEnum)
        {
            Expression text = type == typeof(bool)
                ? Expression.Condition(present, Expression.Constant("true"), Expression.Constant("false"))
                : Expression.Call(Expression.Convert(present, typeof(object)), nameof(ToString), null);
            return (property, null, Expression.Lambda<Func<T, string?>>(OrElse(text, Expression.Constant(null, typeof(string))), item).Compile());
        }
        if (!IsNumber(type)) return (property, null, null);
        return (property, Expression.Lambda<Func<T, double>>(OrElse(Expression.Convert(present, typeof(double)), Expression.Constant(double.NaN)), item).Compile(), null);

        Expression OrElse(Expression some, Expression none) => nullable ? Expression.Condition(Expression.Property(value, "HasValue"), some, none) : some;
    }

    private static bool IsNumber(Type type) => Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Decimal;
}
