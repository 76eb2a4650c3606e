using System.CommandLine;
using Google.Protobuf;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using FieldMask = Google.Protobuf.WellKnownTypes.FieldMask;

namespace MoviesNow.Cli.Catalog;

/// <summary>A method of the catalogue.</summary>
internal delegate AsyncUnaryCall<TResponse> Rpc<in TRequest, TResponse>(TRequest request, CallOptions options);

/// <summary>
/// The commands of one kind of thing. Requests, answers and the thing itself name the same fields alike in the contract, so its columns and
/// options are told once.
/// </summary>
/// <param name="access">Runs them.</param>
/// <param name="name">What it is called: <c>title</c> makes the argument <c>title</c> and the field <c>title_id</c>.</param>
/// <param name="columns">The fields that a table shows.</param>
/// <param name="get">Reads one by id and country.</param>
internal sealed class Resource<T>(
    CatalogAccess access, string name, string[] columns, Func<CatalogClients, string, string, CallOptions, Task<T>> get)
    where T : class, IMessage<T>, new()
{
    private readonly Argument<string> _id = new(name) { Description = $"Id of the {name}" };

    public Command List<TRequest, TResponse>(
        string verb, string help, Func<CatalogClients, Rpc<TRequest, TResponse>> rpc, FieldArgument? of, params FieldOption[] filters)
        where TRequest : IMessage<TRequest>, new() where TResponse : IMessage<TResponse>
    {
        var isPublic = MessageFields.DescriptorOf<TRequest>().Has("country");
        var command = NewCommand(verb, help, of, filters, isPublic ? [CatalogOptions.Limit, CatalogOptions.Public] : [CatalogOptions.Limit]);
        return access.Run(command, async call =>
        {
            var request = new TRequest();
            Fill(request, call.Parsed, of, filters);
            await call.Output.ListAsync(Pages.ReadAsync<T, TRequest, TResponse>(request, rpc(call.Clients), call), columns, call.CancellationToken);
            return 0;
        });
    }

    public Command Show(bool isPublic)
    {
        var command = NewCommand("show", $"Shows everything about a {name}.", null, [], isPublic ? [CatalogOptions.Public, CatalogOptions.Country] : []);
        command.Add(_id);
        return access.Run(command, async call =>
        {
            call.Output.Show(await get(call.Clients, IdOf(call), call.Parsed.GetValue(CatalogOptions.Country) ?? "", call.Options));
            return 0;
        });
    }

    /// <summary>Creates one; <paramref name="nested"/> is the field of the request that holds the values, when it is not the request itself.</summary>
    public Command Create<TRequest, TResponse>(
        string help, Func<CatalogClients, Rpc<TRequest, TResponse>> rpc, FieldArgument? of, FieldOption[] fields, string? nested = null)
        where TRequest : IMessage<TRequest>, new() where TResponse : IMessage<TResponse>
    {
        var command = NewCommand("create", help, of, fields, [CatalogOptions.IdempotencyKey]);
        return access.Run(command, async call =>
        {
            var request = new TRequest();
            Fill(nested is null ? request : request.Child(nested), call.Parsed, of, fields);
            call.Output.Show((await rpc(call.Clients)(request, call.Options)).One<T>());
            return 0;
        });
    }

    /// <summary>Creates several together, from a file; they are the field <paramref name="items"/> of the request.</summary>
    public Command CreateFromFile<TRequest, TResponse>(
        string verb, string help, Func<CatalogClients, Rpc<TRequest, TResponse>> rpc, FieldArgument of, string items, params FieldOption[] fields)
        where TRequest : IMessage<TRequest>, new() where TResponse : IMessage<TResponse>
    {
        var file = new Argument<string>("file") { Description = "JSON Lines or a JSON array, as --json prints it; - for standard input" };
        var command = NewCommand(verb, help, of, fields, [CatalogOptions.IdempotencyKey]);
        command.Add(file);
        return access.Run(command, async call =>
        {
            var request = new TRequest();
            Fill(request, call.Parsed, of, fields);
            var given = await MessageFile.ReadAsync<T>(call.Parsed.GetRequiredValue(file), call.CancellationToken);
            var type = request.Descriptor.FieldAt(items).MessageType;
            request.Set(items, [.. given.Select(item => MessageFields.CopyOf(item, type))]);
            call.Output.List([.. (await rpc(call.Clients)(request, call.Options)).Many<T>()], columns);
            return 0;
        });
    }

    /// <summary>
    /// Changes the fields whose options are given. They are set in what is read before, so that an option may set a part of a field, and
    /// the etag of that tells whether somebody else was faster.
    /// </summary>
    public Command Update<TRequest, TResponse>(Func<CatalogClients, Rpc<TRequest, TResponse>> rpc, FieldOption[] fields)
        where TRequest : IMessage<TRequest>, new() where TResponse : IMessage<TResponse>
    {
        var help = $"Changes a {name}: the fields whose options are given. An empty value clears a field.";
        var command = NewCommand("update", help, null, fields, [CatalogOptions.Etag, CatalogOptions.IdempotencyKey]);
        command.Add(_id);
        command.Validators.Add(result =>
        {
            if (!fields.Any(field => field.IsGiven(result)))
            {
                result.AddError("Say with an option what is to change.");
            }

            if (result.GetValue(CatalogOptions.IdempotencyKey) is not null && result.GetValue(CatalogOptions.Etag) is null)
            {
                result.AddError("--idempotency-key needs --etag: the version read by a second run would be another, and so the request.");
            }
        });
        return access.Run(command, async call =>
        {
            var changed = await get(call.Clients, IdOf(call), "", call.Options);
            fields.ToList().ForEach(field => field.Apply(call.Parsed, changed));
            changed.Set("etag", call.Parsed.GetValue(CatalogOptions.Etag) ?? changed.Text("etag"));
            var request = new TRequest();
            request.Set(request.Descriptor.FieldOf<T>().Name, changed);
            var paths = fields.Where(field => field.IsGiven(call.Parsed)).Select(field => field.Path.Split('.')[0]).Distinct(StringComparer.Ordinal);
            request.Set("update_mask", new FieldMask { Paths = { paths } });
            call.Output.Show((await OfVersionAsync(call, () => rpc(call.Clients)(request, call.Options))).One<T>());
            return 0;
        });
    }

    /// <summary>A step of its life, such as publish; <paramref name="notes"/> tells what the answer says besides.</summary>
    public Command Move<TRequest, TResponse>(
        string verb, string help, Func<CatalogClients, Rpc<TRequest, TResponse>> rpc, Action<CatalogCall, TResponse>? notes = null)
        where TRequest : IMessage<TRequest>, new() where TResponse : IMessage<TResponse>
    {
        var command = NewCommand(verb, help, null, [], [CatalogOptions.Etag, CatalogOptions.IdempotencyKey]);
        command.Add(_id);
        return access.Run(command, async call =>
        {
            var request = new TRequest();
            request.Set($"{name}_id", IdOf(call));
            request.Set("etag", call.Parsed.GetValue(CatalogOptions.Etag) ?? "");
            var answer = await OfVersionAsync(call, () => rpc(call.Clients)(request, call.Options));
            call.Output.Show(answer.One<T>());
            notes?.Invoke(call, answer);
            return 0;
        });
    }

    /// <summary>Deletes one; <paramref name="notes"/> tells what the answer says.</summary>
    public Command Delete<TRequest, TResponse>(string help, Func<CatalogClients, Rpc<TRequest, TResponse>> rpc, Action<CatalogCall, TResponse>? notes = null)
        where TRequest : IMessage<TRequest>, new()
    {
        var cascades = MessageFields.DescriptorOf<TRequest>().Has("cascade");
        Option[] options = [CatalogOptions.Yes, CatalogOptions.Etag, CatalogOptions.IdempotencyKey];
        var command = NewCommand("delete", help, null, [], cascades ? [CatalogOptions.Cascade, .. options] : options);
        command.Add(_id);
        return access.Run(command, async call =>
        {
            var request = new TRequest();
            request.Set($"{name}_id", IdOf(call));
            request.Set("etag", call.Parsed.GetValue(CatalogOptions.Etag) ?? "");
            if (cascades)
            {
                request.Set("cascade", call.Parsed.GetValue(CatalogOptions.Cascade));
            }

            if (!call.Parsed.GetValue(CatalogOptions.Yes))
            {
                // What is deleted is what was shown.
                request.Set("etag", await ConfirmedAsync(call, request.Text("etag")));
            }

            var answer = await OfVersionAsync(call, () => rpc(call.Clients)(request, call.Options));
            notes?.Invoke(call, answer);
            return 0;
        });
    }

    private static Command NewCommand(string verb, string help, FieldArgument? of, FieldOption[] fields, Option[] options)
    {
        var command = new Command(verb, help);
        if (of is not null)
        {
            command.Add(of.Argument);
        }

        foreach (var option in fields.Select(field => field.Option).Concat(options))
        {
            command.Add(option);
        }

        return command;
    }

    private static void Fill(IMessage message, ParseResult parsed, FieldArgument? of, FieldOption[] fields)
    {
        if (of is not null)
        {
            message.Set(of.Path, parsed.GetRequiredValue(of.Argument));
        }

        foreach (var field in fields)
        {
            field.Apply(parsed, message);
        }
    }

    private string IdOf(CatalogCall call) => call.Parsed.GetRequiredValue(_id);

    /// <summary>Shows what would go and asks; the version that was shown.</summary>
    private async Task<string> ConfirmedAsync(CatalogCall call, string etag)
    {
        if (!access.Prompt.IsInteractive)
        {
            throw new CommandException("There is no terminal to ask at: say --yes to delete without asking.");
        }

        var shown = await get(call.Clients, IdOf(call), "", new CallOptions(cancellationToken: call.CancellationToken));
        call.Notes.Table([shown], columns);
        var question = $"Delete this {name}{(call.Parsed.GetValue(CatalogOptions.Cascade) ? " and all that belongs to it" : "")}?";
        return await access.Prompt.ConfirmAsync(question, call.Parsed.InvocationConfiguration.Error, call.CancellationToken)
            ? etag.Length > 0 ? etag : shown.Text("etag")
            : throw new CommandException("Nothing was deleted.");
    }

    private async Task<TResponse> OfVersionAsync<TResponse>(CatalogCall call, Func<AsyncUnaryCall<TResponse>> write)
    {
        try
        {
            return await write();
        }
        catch (RpcException exception)
            when (string.Equals(RpcErrors.InfoOf(exception)?.Reason, ErrorReasons.NameOf(ErrorReason.EtagMismatch), StringComparison.Ordinal))
        {
            var remedy = call.Parsed.GetValue(CatalogOptions.Etag) is null ? "run the command again" : "run the command again with its etag";
            throw new CommandException(
                $"{ErrorText.Of(exception)}\nSomebody changed the {name} in between, and nothing was done. "
                + $"See what it is now (moviesnow {name} show {PrintableText.Of(IdOf(call), 64)}), then {remedy}.");
        }
    }
}
