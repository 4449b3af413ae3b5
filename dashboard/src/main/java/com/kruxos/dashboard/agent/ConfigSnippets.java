package com.kruxos.dashboard.agent;

import com.kruxos.dashboard.page.SafeText;
import java.net.URI;
import java.util.List;

/** Configuration with which the known MCP clients connect as an agent. */
public final class ConfigSnippets {
    private ConfigSnippets() {}

    /**
     * For Claude Code, VS Code, Cursor, Codex and other clients; the same entries that {@code kruxos mcp-config}
     * writes.
     *
     * @param http the URL of the Streamable HTTP endpoint
     * @param ws the URL of the WebSocket endpoint
     */
    public static List<ConfigSnippet> of(URI http, URI ws, String agent) {
        var key = "Bearer ${KRUXOS_AGENT_KEY}";
        return List.of(
                new ConfigSnippet("Claude Code: .mcp.json", "json", jsonServers("mcpServers", "ws", ws, key)),
                new ConfigSnippet("VS Code: .vscode/mcp.json", "json", vsCode(http, agent)),
                new ConfigSnippet(
                        "Cursor: .cursor/mcp.json",
                        "json",
                        jsonServers("mcpServers", "", http, "Bearer ${env:KRUXOS_AGENT_KEY}")),
                new ConfigSnippet("Codex: .codex/config.toml", "toml", codex(http, agent)),
                new ConfigSnippet("Other clients", "json", jsonServers("mcpServers", "http", http, key)));
    }

    private static String jsonServers(String group, String type, URI url, String authorization) {
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
                        type.isEmpty() ? "" : "\n      \"type\": " + jsonString(type) + ",",
                        jsonString(url.toString()),
                        jsonString(authorization));
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
                """.formatted(jsonString(url.toString()), jsonString("KruxOS: key of the agent " + agent));
    }

    private static String codex(URI url, String agent) {
        return """
                [mcp_servers.kruxos]
                # KruxOS; the key of the agent %s is in the variable KRUXOS_AGENT_KEY.
                url = %s
                bearer_token_env_var = "KRUXOS_AGENT_KEY"
                """.formatted(SafeText.inline(agent), jsonString(url.toString()));
    }

    /** A JSON string, which is a TOML string, too. */
    private static String jsonString(String text) {
        return '"' + SafeText.inline(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
