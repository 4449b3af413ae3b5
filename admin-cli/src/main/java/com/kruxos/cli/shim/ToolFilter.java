package com.kruxos.cli.shim;

import com.kruxos.cli.json.ByteSpan;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/** Shows the tools of one server, whose names begin with the server's. Without a server it shows all. */
final class ToolFilter {
    private final String prefix;

    ToolFilter(Optional<String> server) {
        this.prefix = server.map(name -> name + "__").orElse("");
    }

    boolean rejects(ShimMessage message) {
        return !prefix.isEmpty()
                && message.method().filter("tools/call"::equals).isPresent()
                && !message.toolName().startsWith(prefix);
    }

    /** An answer to {@code tools/list} without the others' tools; what stays is left as it is. */
    byte[] filterList(byte[] answer, ShimMessage envelope) {
        var list = prefix.isEmpty() ? Optional.<ByteSpan>empty() : envelope.tools();
        if (list.isEmpty()) {
            return answer;
        }
        var kept = envelope.elements(list.get()).stream()
                .filter(tool -> envelope.nameMember(tool).startsWith(prefix))
                .toList();
        var out = new ByteArrayOutputStream(answer.length);
        out.write(answer, 0, list.get().start() + 1);
        for (var i = 0; i < kept.size(); i++) {
            out.writeBytes(i == 0 ? new byte[0] : new byte[] {','});
            out.write(answer, kept.get(i).start(), kept.get(i).length());
        }
        out.write(answer, list.get().end() - 1, answer.length - list.get().end() + 1);
        return out.toByteArray();
    }
}
