package com.kruxos.call;

import com.kruxos.rpc.Errors;
import com.kruxos.rpc.Kind;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Replies;
import com.kruxos.server.Servers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Answers the list methods: what the servers of the agent's Space offer and policy does not block, as they describe it.
 */
public final class Listing {
    /** A page is cut behind the element that passes this; nearly every list is one page. */
    private static final int PAGE = 4 << 20;

    private final Servers servers;
    private final Calls calls;

    public Listing(Servers servers, Calls calls) {
        this.servers = servers;
        this.calls = calls;
    }

    public byte[] answer(Caller caller, Message.Request request, Kind kind) {
        var after = after(kind, request.params().cursor());
        if (after == null) {
            return Replies.error(
                    request.id(), Errors.INVALID_PARAMS, "this cursor is not one of ours", "list without a cursor");
        }
        var out = new ByteArrayOutputStream(16 << 10);
        write(out, "{\"" + kind.member() + "\":[");
        var start = out.size();
        String next = null;
        for (var feature : servers.listed(caller.session(), kind)) {
            if (feature.name().compareTo(after) <= 0 || !calls.visible(caller, feature)) {
                continue;
            }
            if (out.size() > PAGE) {
                next = after;
                break;
            }
            write(out, out.size() == start ? "" : ",");
            out.writeBytes(feature.shown());
            after = feature.name();
        }
        write(out, next == null ? "]}" : "],\"nextCursor\":\"" + cursor(kind, next) + "\"}");
        return Replies.result(request.id(), out.toByteArray());
    }

    /** The name behind which the page begins; absent for a cursor that is not ours, or of another list. */
    private static @Nullable String after(Kind kind, @Nullable String cursor) {
        if (cursor == null) {
            return "";
        }
        try {
            var text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            var mark = mark(kind);
            var name = text.startsWith(mark) ? text.substring(mark.length()) : "";
            return cursor(kind, name).equals(cursor) ? name : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String cursor(Kind kind, String name) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((mark(kind) + name).getBytes(StandardCharsets.UTF_8));
    }

    /** Without it any text in base64 would be taken for a cursor, and the list would go on at a place nobody meant. */
    private static String mark(Kind kind) {
        return "kruxos " + kind.listMethod() + " ";
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
