package com.kruxos.call;

import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.JsonRpcErrors;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.Message;
import com.kruxos.server.Servers;
import com.kruxos.session.Caller;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Answers the list methods: what the servers of the agent's Space offer and policy does not block. */
public final class ListHandler {
    /** A page ends with the element that exceeds this. Nearly every list is one page. */
    private static final int MAX_PAGE_BYTES = 4 << 20;

    private final Servers servers;
    private final CallPipeline callPipeline;

    public ListHandler(Servers servers, CallPipeline callPipeline) {
        this.servers = servers;
        this.callPipeline = callPipeline;
    }

    public byte[] handle(Caller caller, Message.Request request, FeatureKind kind) {
        var after = decodeCursor(kind, request.params().cursor());
        if (after == null) {
            return JsonRpcWriter.error(
                    request.id(),
                    JsonRpcErrors.INVALID_PARAMS,
                    "invalid cursor",
                    "list from the start, without a cursor");
        }
        var out = new ByteArrayOutputStream(16 << 10);
        write(out, "{\"" + kind.listMember() + "\":[");
        var start = out.size();
        String next = null;
        for (var feature : servers.catalog().list(caller, kind)) {
            if (feature.name().compareTo(after) <= 0 || !callPipeline.isVisible(caller, feature)) {
                continue;
            }
            if (out.size() > MAX_PAGE_BYTES) {
                next = after;
                break;
            }
            write(out, out.size() == start ? "" : ",");
            out.writeBytes(feature.exposedDefinition());
            after = feature.name();
        }
        write(out, next == null ? "]}" : "],\"nextCursor\":\"" + encodeCursor(kind, next) + "\"}");
        return JsonRpcWriter.result(request.id(), out.toByteArray());
    }

    /** The name after which the page begins; null for an invalid cursor, or one of another list. */
    private static @Nullable String decodeCursor(FeatureKind kind, @Nullable String cursor) {
        if (cursor == null) {
            return "";
        }
        try {
            var text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            var prefix = cursorPrefix(kind);
            var name = text.startsWith(prefix) ? text.substring(prefix.length()) : "";
            return encodeCursor(kind, name).equals(cursor) ? name : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String encodeCursor(FeatureKind kind, String name) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((cursorPrefix(kind) + name).getBytes(StandardCharsets.UTF_8));
    }

    /** Distinguishes our cursors from any other base64 text, which would be taken for a name. */
    private static String cursorPrefix(FeatureKind kind) {
        return "kruxos " + kind.listMethod().wireName() + " ";
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
