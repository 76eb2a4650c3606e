using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MoviesNow.ServiceDefaults.Audit;

/// <summary>Where the contract says that a call names what it changed, such as <c>request.title_id</c>.</summary>
internal sealed class AuditTarget
{
    private readonly bool _isInRequest;
    private readonly FieldDescriptor[] _path;

    private AuditTarget(bool isInRequest, FieldDescriptor[] path) => (_isInRequest, _path) = (isInRequest, path);

    /// <summary>The target of a method.</summary>
    /// <exception cref="InvalidOperationException">The path does not lead to a text field of one message.</exception>
    public static AuditTarget Of(MethodDescriptor method, string path)
    {
        if (path is AuditId.Everything)
        {
            return new(isInRequest: false, []);
        }

        var names = path.Split('.');
        var message = names[0] switch
        {
            "request" when !method.IsClientStreaming => method.InputType,
            "response" when !method.IsServerStreaming => method.OutputType,
            _ => throw Wrong(method, path),
        };
        var fields = new FieldDescriptor[names.Length - 1];
        for (var i = 0; i < fields.Length; i++)
        {
            var isLast = i == fields.Length - 1;
            var field = message?.FindFieldByName(names[i + 1]);
            if (field is null || field.IsMap || field.FieldType != (isLast ? FieldType.String : FieldType.Message) || (field.IsRepeated && !isLast))
            {
                throw Wrong(method, path);
            }

            fields[i] = field;
            message = isLast ? null : field.MessageType;
        }

        return fields.Length == 0 ? throw Wrong(method, path) : new(names[0] is "request", fields);
    }

    /// <summary>The ids that a call names; empty when it names none.</summary>
    /// <param name="request">The request; null when it is a stream.</param>
    /// <param name="response">The response; null when the call failed.</param>
    public string Read(object? request, object? response)
    {
        if (_path.Length == 0)
        {
            return AuditId.Everything;
        }

        var value = _isInRequest ? request : response;
        foreach (var field in _path)
        {
            value = value is IMessage message ? field.Accessor.GetValue(message) : null;
        }

        return value switch
        {
            string text => AuditId.Clean(text),
            IEnumerable<string> texts => AuditId.Join(texts),
            _ => "",
        };
    }

    private static InvalidOperationException Wrong(MethodDescriptor method, string path) =>
        new($"{method.FullName} has the audit target {path}, which is no text field of its request or response.");
}
