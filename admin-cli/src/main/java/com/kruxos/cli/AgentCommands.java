package com.kruxos.cli;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "agent", description = "Manage agents and their keys for the MCP port.")
final class AgentCommands {
    private final CommandContext context;

    AgentCommands(CommandContext shell) {
        this.context = shell;
    }

    @Command(name = "create", description = "Create an agent and print its key once.")
    int create(
            @Option(names = "--name", paramLabel = "NAME", required = true, description = "The agent's name.")
                    String name,
            @Option(names = "--purpose", paramLabel = "TEXT", description = "The agent's purpose, shown in lists.")
                    @Nullable
                    String purpose,
            @Option(
                            names = "--expires",
                            paramLabel = "WHEN",
                            description = "When its keys expire: 24h, 30d, 2027-01-31.")
                    @Nullable
                    String expires,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        var wanted = JsonValue.object()
                .with("name", name)
                .with("purpose", purpose)
                .with("space", space)
                .with(
                        "expires",
                        TimeArgument.toIsoInstant(
                                expires, context.process().clock().instant()));
        var answer = context.api().post(ApiPath.of("agents"), wanted);
        return context.printCredential(answer, answer.text("key"), "Agent " + name + " created. This is its key.");
    }

    @Command(name = "list", description = "List the agents of a Space.")
    int list(@Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        var all = context.api().getAllPages(ApiPath.of("agents").withQuery("space", space));
        var table = TextTable.of("NAME", "STATE", "KEYS", "SESSIONS", "PURPOSE", "ID");
        for (var agent : all.list("items")) {
            table.addRow(
                    agent.text("name"),
                    agent.text("state"),
                    lastFours(agent),
                    agent.text("sessions"),
                    agent.text("purpose"),
                    agent.text("id"));
        }
        return context.print(
                all,
                table,
                "No agents yet. Create one with: "
                        + OptionTexts.commandForSpace("kruxos agent create --name NAME", space));
    }

    @Command(name = "show", description = "Show one agent.")
    int show(
            @Parameters(paramLabel = "NAME", description = OptionTexts.AGENT) String name,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        var agent = context.api().get(ApiPath.of("agents", name).withQuery("space", space));
        var fields = new FieldList()
                .add("name", agent.text("name"))
                .add("id", agent.text("id"))
                .add("purpose", agent.text("purpose"))
                .add("space", agent.text("space"))
                .add("state", agent.text("state"))
                .add("created", TerminalText.formatTime(agent.text("created")))
                .add("expires", TerminalText.formatTime(agent.text("expires")))
                .add("sessions", agent.text("sessions"));
        for (var key : agent.list("keys")) {
            fields.add("key", key(key));
        }
        return context.print(agent, fields);
    }

    @Command(
            name = "rotate",
            description = "Replace an agent's key and print the new one once. Sessions of the old key are closed.")
    int rotate(
            @Parameters(paramLabel = "NAME", description = OptionTexts.AGENT) String name,
            @Option(
                            names = "--overlap",
                            paramLabel = "TIME",
                            description = "Keep the old key valid for this long: 1h, 24h, 7d.")
                    @Nullable
                    String overlap,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        var wanted = JsonValue.object().with("overlap", TimeArgument.checkedDuration(overlap));
        var answer = context.api().post(ApiPath.of("agents", name, "rotate").withQuery("space", space), wanted);
        var old = overlap == null ? "The old key is no longer valid." : "The old key stays valid for " + overlap + ".";
        return context.printCredential(answer, answer.text("key"), "Agent " + name + " has a new key. " + old);
    }

    @Command(name = "revoke", description = "Revoke all keys of an agent and close its sessions.")
    int revoke(
            @Parameters(paramLabel = "NAME", description = OptionTexts.AGENT) String name,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        var answer = act(name, "revoke", space);
        return context.printOutcome(
                answer,
                "Agent " + name + " is revoked; "
                        + TerminalText.formatCount(answer.number("sessions_closed"), "session")
                        + " closed. To let it in again: "
                        + OptionTexts.commandForSpace("kruxos agent restore " + name, space));
    }

    @Command(name = "restore", description = "Restore a revoked agent and print its new key once.")
    int restore(
            @Parameters(paramLabel = "NAME", description = OptionTexts.AGENT) String name,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        var answer = act(name, "restore", space);
        return context.printCredential(
                answer, answer.text("key"), "Agent " + name + " is restored. This is its new key.");
    }

    @Command(name = "pause", description = "Refuse an agent's calls until it is resumed. It stays connected.")
    int pause(
            @Parameters(paramLabel = "NAME", description = OptionTexts.AGENT) String name,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        return context.printOutcome(act(name, "pause", space), "Agent " + name + " is paused.");
    }

    @Command(name = "resume", description = "Accept a paused agent's calls again.")
    int resume(
            @Parameters(paramLabel = "NAME", description = OptionTexts.AGENT) String name,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        return context.printOutcome(act(name, "resume", space), "Agent " + name + " is active.");
    }

    private JsonValue act(String name, String verb, @Nullable String space) {
        return context.api().post(ApiPath.of("agents", name, verb).withQuery("space", space), JsonValue.object());
    }

    private static String lastFours(JsonValue agent) {
        return agent.list("keys").stream()
                .map(key -> "…" + key.text("last_four"))
                .collect(Collectors.joining(" "));
    }

    private static String key(JsonValue key) {
        return "…" + key.text("last_four") + ", made " + TerminalText.formatTime(key.text("created"))
                + (key.has("expires") ? ", ends " + TerminalText.formatTime(key.text("expires")) : "");
    }
}
