package com.kruxos.cli.clients;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The supported MCP clients: their settings files, and how each refers to a key that is not in the file. */
public enum ClientKind {
    /** Claude Code. */
    CLAUDE("mcpServers", ".mcp.json"),
    VSCODE("servers", ".vscode/mcp.json"),
    CURSOR("mcpServers", ".cursor/mcp.json"),
    CODEX("mcp_servers", ".codex/config.toml"),
    /** Any other client with the common format. */
    GENERIC("mcpServers", "");

    private final String serversMember;
    private final String projectFile;

    ClientKind(String group, String projectFile) {
        this.serversMember = group;
        this.projectFile = projectFile;
    }

    /** The object or table that holds the client's servers. */
    String serversMember() {
        return serversMember;
    }

    public boolean supports(ClientTransport transport) {
        return transport != ClientTransport.WS || this == CLAUDE || this == GENERIC;
    }

    /** WebSocket where the client's documentation supports it, otherwise Streamable HTTP. */
    public ClientTransport defaultTransport() {
        return this == CLAUDE ? ClientTransport.WS : ClientTransport.HTTP;
    }

    /** The file of one project; absent for {@link #GENERIC}. */
    public Optional<Path> projectFile(Path folder) {
        return projectFile.isEmpty() ? Optional.empty() : Optional.of(folder.resolve(projectFile));
    }

    /**
     * The user's settings file; absent for {@link #GENERIC}.
     *
     * @param variable an environment variable's value, empty when it is not set
     * @param system as the JVM's {@code os.name}
     */
    public Optional<Path> userFile(UnaryOperator<String> variable, String system) {
        var home = Path.of(variable.apply("HOME"));
        return switch (this) {
            case CLAUDE -> Optional.of(home.resolve(".claude.json"));
            case VSCODE ->
                Optional.of(vsCodeUserDirectory(variable, system, home).resolve("mcp.json"));
            case CURSOR -> Optional.of(home.resolve(projectFile));
            case CODEX ->
                Optional.of(
                        variable.apply("CODEX_HOME").isEmpty()
                                ? home.resolve(projectFile)
                                : Path.of(variable.apply("CODEX_HOME")).resolve("config.toml"));
            case GENERIC -> Optional.empty();
        };
    }

    /** The members of an entry, in the order they are written. */
    Map<String, Object> entryMembers(String name, EntrySpec connection) {
        var members = new LinkedHashMap<String, Object>();
        if (connection.transport() == ClientTransport.STDIO) {
            addShimMembers(members, name, connection);
        } else if (this == CODEX) {
            members.put("url", connection.url());
            members.put("bearer_token_env_var", connection.keyVariable());
        } else {
            if (this != CURSOR) {
                members.put("type", connection.transport() == ClientTransport.WS ? "ws" : "http");
            }
            members.put("url", connection.url());
            members.put(
                    "headers", Map.of("Authorization", "Bearer " + variableReference(name, connection.keyVariable())));
        }
        return members;
    }

    /** The input that VS Code asks for at the first start and keeps in the system's secret store. */
    Optional<Map<String, Object>> promptInput(String name, EntrySpec connection) {
        if (this != VSCODE || connection.usesTicket()) {
            return Optional.empty();
        }
        var input = new LinkedHashMap<String, Object>();
        input.put("type", "promptString");
        input.put("id", inputId(name));
        input.put(
                "description",
                "KruxOS: key of the agent"
                        + connection.agent().map(agent -> " " + agent).orElse(""));
        input.put("password", true);
        return Optional.of(input);
    }

    static String inputId(String name) {
        return name + "-agent-key";
    }

    private void addShimMembers(Map<String, Object> members, String name, EntrySpec connection) {
        if (this == CLAUDE || this == VSCODE) {
            members.put("type", "stdio");
        }
        members.put("command", connection.shimCommand().getFirst());
        members.put(
                "args",
                connection.shimCommand().subList(1, connection.shimCommand().size()));
        if (connection.usesTicket()) {
            return;
        }
        if (this == CODEX) {
            // Codex passes only listed variables to a server.
            members.put("env_vars", List.of(EntrySpec.SHIM_KEY_VARIABLE));
        } else {
            members.put("env", Map.of(EntrySpec.SHIM_KEY_VARIABLE, variableReference(name, connection.keyVariable())));
        }
    }

    /** The placeholder for a value that is not in the file. */
    private String variableReference(String name, String variable) {
        return switch (this) {
            // VS Code documents environment variables for programs only; in headers they are reported not
            // to work, while inputs do.
            case VSCODE -> "${input:" + inputId(name) + "}";
            case CURSOR -> "${env:" + variable + "}";
            case CLAUDE, CODEX, GENERIC -> "${" + variable + "}";
        };
    }

    private static Path vsCodeUserDirectory(UnaryOperator<String> variable, String system, Path home) {
        if (system.startsWith("Mac")) {
            return home.resolve("Library/Application Support/Code/User");
        }
        if (system.startsWith("Windows")) {
            return Path.of(variable.apply("APPDATA")).resolve("Code/User");
        }
        var settings = variable.apply("XDG_CONFIG_HOME");
        return (settings.isEmpty() ? home.resolve(".config") : Path.of(settings)).resolve("Code/User");
    }
}
