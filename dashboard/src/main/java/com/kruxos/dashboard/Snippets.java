package com.kruxos.dashboard;

import java.net.URI;
import java.util.List;

/** What to put into the settings of MCP clients we know, so that they connect as an agent. */
public final class Snippets {
    private Snippets() {}

    /**
     * For Claude Code, VS Code, Cursor, Codex, and any other client; the same entries as {@code kruxos mcp-config}
     * writes.
     *
     * @param http the whole address of {@code /mcp} for Streamable HTTP, with or without TLS
     * @param ws the same for WebSocket
     */
    public static List<Snippet> of(URI http, URI ws, String agent) {
        var key = "Bearer ${KRUXOS_AGENT_KEY}";
        return List.of(
                new Snippet("Claude Code: .mcp.json", "json", servers("mcpServers", "ws", ws, key)),
                new Snippet("VS Code: .vscode/mcp.json", "json", vsCode(http, agent)),
                new Snippet(
                        "Cursor: .cursor/mcp.json",
                        "json",
                        servers("mcpServers", "", http, "Bearer ${env:KRUXOS_AGENT_KEY}")),
                new Snippet("Codex: .codex/config.toml", "toml", codex(http, agent)),
                new Snippet("Other clients", "json", servers("mcpServers", "http", http, key)));
    }

    private static String servers(String group, String type, URI url, String authorization) {
        return """
                {
                  "%s": {
                    "kruxos": {%s
                      "url": %s,
                      "headers": {
                        "Authorization": %s
                      }
                    }
                  }
                }
                """.formatted(
                        group,
                        type.isEmpty() ? "" : "\n      \"type\": " + quoted(type) + ",",
                        quoted(url.toString()),
                        quoted(authorization));
    }

    private static String vsCode(URI url, String agent) {
        return """
                {
                  "servers": {
                    "kruxos": {
                      "type": "http",
                      "url": %s,
                      "headers": {
                        "Authorization": "Bearer ${input:kruxos-agent-key}"
                      }
                    }
                  },
                  "inputs": [
                    {
                      "type": "promptString",
                      "id": "kruxos-agent-key",
                      "description": %s,
                      "password": true
                    }
                  ]
                }
                """.formatted(quoted(url.toString()), quoted("KruxOS: key of the agent " + agent));
    }

    private static String codex(URI url, String agent) {
        return """
                [mcp_servers.kruxos]
                # KruxOS; the key of the agent %s is in the variable KRUXOS_AGENT_KEY.
                url = %s
                bearer_token_env_var = "KRUXOS_AGENT_KEY"
                """.formatted(Words.inert(agent), quoted(url.toString()));
    }

    /** As a string of JSON, which is one of TOML too. */
    private static String quoted(String text) {
        return '"' + Words.inert(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
