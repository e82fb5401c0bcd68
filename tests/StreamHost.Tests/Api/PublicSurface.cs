using System.Globalization;
using System.Reflection;
using System.Text;

namespace StreamMoe.StreamHost.Tests.Api;

/// <summary>What an assembly offers to others, as lines of text: public types, and their public and protected members.</summary>
internal static class PublicSurface
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>A line a type and, indented, a line a member, each sorted by its own text.</summary>
    public static string Of(Assembly assembly)
    {
        StringBuilder text = new();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(t => NameOf(t), StringComparer.Ordinal))
        {
            text.Append(Head(type)).Append('\n');
            foreach (string member in type.GetMembers(Own).Select(Line).OfType<string>().Distinct().Order(StringComparer.Ordinal)) text.Append("  ").Append(member).Append('\n');
        }
        return text.ToString();
    }

    private static string Head(Type type)
    {
        string kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type.IsValueType ? (type.IsByRefLike ? "ref struct" : "struct") : type.IsAbstract && type.IsSealed ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        Type[] bases = [.. type.BaseType is { } b && b != typeof(object) && b != typeof(ValueType) && b != typeof(Enum) && b != typeof(MulticastDelegate) ? [b] : Type.EmptyTypes,
            .. type.GetInterfaces().Where(i => i.IsPublic && !i.Name.StartsWith("IEquatable", StringComparison.Ordinal)).OrderBy(i => i.Name, StringComparer.Ordinal)];
        return $"{kind} {NameOf(type)}{(bases.Length > 0 && !type.IsEnum ? " : " + string.Join(", ", bases.Select(NameOf)) : "")}";
    }

    private static string? Line(MemberInfo member) => member switch
    {
        FieldInfo { IsSpecialName: true } => null,
        FieldInfo f when Seen(f.IsPublic, f.IsFamily, f.IsFamilyOrAssembly) => f.DeclaringType!.IsEnum
            ? $"{f.Name} = {Convert.ToInt64(f.GetRawConstantValue(), CultureInfo.InvariantCulture)}"
            : $"{(f.IsLiteral ? "const " : f.IsStatic ? "static " : "")}{(f.IsInitOnly ? "readonly " : "")}{NameOf(f.FieldType)} {f.Name}",
        PropertyInfo p when Accessors(p) is { Length: > 0 } accessors => $"{(p.GetAccessors(true)[0].IsStatic ? "static " : "")}{NameOf(p.PropertyType)} {p.Name}{Indices(p)} {{ {accessors} }}",
        EventInfo e => $"event {e.Name}",
        ConstructorInfo c when Seen(c.IsPublic, c.IsFamily, c.IsFamilyOrAssembly) => $"new({Parameters(c)})",
        MethodInfo m when Seen(m.IsPublic, m.IsFamily, m.IsFamilyOrAssembly) && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal)) && !m.Name.Contains('<') && !m.Name.Contains('.')
            => $"{(m.IsFamily ? "protected " : "")}{Kind(m)}{NameOf(m.ReturnType)} {m.Name}{(m.IsGenericMethod ? $"<{string.Join(", ", m.GetGenericArguments().Select(NameOf))}>" : "")}({Parameters(m)})",
        _ => null,
    };

    private static string Kind(MethodInfo method)
        => method.IsStatic ? "static " : method.DeclaringType!.IsInterface ? "" : method.IsAbstract ? "abstract " : method.IsVirtual && !method.IsFinal && !method.DeclaringType.IsSealed ? "virtual " : "";

    private static string Accessors(PropertyInfo property)
    {
        List<string> accessors = [];
        if (property.GetMethod is { } get && Seen(get.IsPublic, get.IsFamily, get.IsFamilyOrAssembly)) accessors.Add("get;");
        if (property.SetMethod is { } set && Seen(set.IsPublic, set.IsFamily, set.IsFamilyOrAssembly))
            accessors.Add(set.ReturnParameter.GetRequiredCustomModifiers().Any(m => m.Name == "IsExternalInit") ? "init;" : "set;");
        return string.Join(' ', accessors);
    }

    private static string Indices(PropertyInfo property) => property.GetIndexParameters() is { Length: > 0 } indices ? $"[{string.Join(", ", indices.Select(i => NameOf(i.ParameterType)))}]" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p => $"{(p.IsOut ? "out " : p.IsIn ? "in " : p.ParameterType.IsByRef ? "ref " : "")}{NameOf(p.ParameterType)} {p.Name}{Fallback(p)}"));

    private static string Fallback(ParameterInfo parameter)
        => !parameter.HasDefaultValue ? "" : $" = {(parameter.DefaultValue is null ? "null" : Convert.ToString(parameter.DefaultValue, CultureInfo.InvariantCulture))}";

    private static bool Seen(bool isPublic, bool isFamily, bool isFamilyOrAssembly) => isPublic || isFamily || isFamilyOrAssembly;

    private static string NameOf(Type type)
    {
        if (type.IsByRef) return NameOf(type.GetElementType()!);
        if (type.IsArray) return NameOf(type.GetElementType()!) + "[]";
        if (type.IsPointer) return NameOf(type.GetElementType()!) + "*";
        if (type.IsGenericParameter) return type.Name;
        if (Nullable.GetUnderlyingType(type) is { } inner) return NameOf(inner) + "?";
        string name = type.Name.Split('`')[0];
        if (type.IsGenericType) name += $"<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>";
        if (type.DeclaringType is { } outer && !type.IsGenericParameter) name = NameOf(outer) + "." + name;
        else if (type.Namespace?.StartsWith("StreamMoe", StringComparison.Ordinal) == true) name = type.Namespace["StreamMoe.".Length..] + "." + name;
        return name;
    }
}
