package com.kruxos.peers;

import com.kruxos.rpc.Kind;
import com.kruxos.rpc.Replies;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@link OddHttpServer} lists, and in which pages. */
final class Shelf {
    /** A server may write what it likes into its cursors. */
    private static final String CURSOR = "behind \"%d\"\n größe";

    private final Map<Kind, List<String>> elements = new ConcurrentHashMap<>();
    private final Set<Kind> endless = ConcurrentHashMap.newKeySet();
    private volatile @Nullable String tools;
    private volatile int pageSize = Integer.MAX_VALUE;

    /** The elements are JSON. */
    void put(Kind kind, List<String> json) {
        elements.put(kind, json);
    }

    /** Elements with nothing but what they need. */
    void name(Kind kind, List<String> names) {
        var more = kind == Kind.TOOL ? ",\"inputSchema\":{\"type\":\"object\"}}" : "}";
        put(
                kind,
                names.stream()
                        .map(name -> "{\"" + kind.key() + "\":" + Replies.quoted(name) + more)
                        .toList());
    }

    /** Lists this as tools, whatever it is; null for what was put. */
    void tools(@Nullable String json) {
        tools = json;
    }

    void pages(int size) {
        pageSize = size;
    }

    void endless(Kind kind) {
        endless.add(kind);
    }

    boolean has(Kind kind) {
        return !elements.getOrDefault(kind, List.of()).isEmpty();
    }

    /** A page; absent for a cursor it did not give. */
    @Nullable
    String page(Kind kind, @Nullable String cursor) {
        var whole = tools;
        if (kind == Kind.TOOL && whole != null) {
            return "{\"tools\":" + whole + "}";
        }
        var all = elements.getOrDefault(kind, List.of());
        var from = cursor == null ? 0 : Integer.parseInt("0" + cursor.replaceAll("\\D", ""));
        if (cursor != null
                && (!cursor.equals(CURSOR.formatted(from)) || (from >= all.size() && !endless.contains(kind)))) {
            return null;
        }
        var to = (int) Math.min((long) from + pageSize, all.size());
        var next = endless.contains(kind) ? from + 1 : to;
        return all.subList(Math.min(from, to), to).stream()
                        .collect(Collectors.joining(",", "{\"" + kind.member() + "\":[", "]"))
                + (next < all.size() || endless.contains(kind)
                        ? ",\"nextCursor\":" + Replies.quoted(CURSOR.formatted(next)) + "}"
                        : "}");
    }
}
