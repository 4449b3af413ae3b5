package com.kruxos.cli.shim;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Shows the tools of one server only, by their prefix {@code SERVER__}; without a server it shows all. */
final class ToolFilter {
    private final String prefix;

    ToolFilter(Optional<String> server) {
        this.prefix = server.map(name -> name + "__").orElse("");
    }

    /** Whether the message calls a tool of another server. */
    boolean rejects(ShimMessage message) {
        return !prefix.isEmpty()
                && message.method().filter("tools/call"::equals).isPresent()
                && !message.toolName().startsWith(prefix);
    }

    /** A response to {@code tools/list} without the tools of other servers; the rest keeps its bytes. */
    byte[] filterList(byte[] response, ShimMessage message) {
        var tools = message.tools();
        if (prefix.isEmpty() || tools.isEmpty()) {
            return response;
        }
        var out = new ByteArrayOutputStream(response.length);
        out.write(response, 0, tools.get().start() + 1);
        var separator = "";
        for (var tool : tools.get().children()) {
            if (message.nameMember(tool).startsWith(prefix)) {
                out.writeBytes(separator.getBytes(StandardCharsets.US_ASCII));
                out.write(response, tool.start(), tool.end() - tool.start());
                separator = ",";
            }
        }
        out.write(response, tools.get().end() - 1, response.length - tools.get().end() + 1);
        return out.toByteArray();
    }
}
