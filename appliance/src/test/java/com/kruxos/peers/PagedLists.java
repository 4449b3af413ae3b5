package com.kruxos.peers;

import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.JsonRpcWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The lists of {@link FaultyHttpServer} and their pages. */
final class PagedLists {
    /** A cursor with characters that need escaping. */
    private static final String CURSOR = "behind \"%d\"\n größe";

    private final Map<FeatureKind, List<String>> elements = new ConcurrentHashMap<>();
    private final Set<FeatureKind> endless = ConcurrentHashMap.newKeySet();
    private volatile @Nullable String tools;
    private volatile int pageSize = Integer.MAX_VALUE;

    /** @param json the elements */
    void setJson(FeatureKind kind, List<String> json) {
        elements.put(kind, json);
    }

    /** Elements with only the required members. */
    void setNames(FeatureKind kind, List<String> names) {
        var more = kind == FeatureKind.TOOL ? ",\"inputSchema\":{\"type\":\"object\"}}" : "}";
        setJson(
                kind,
                names.stream()
                        .map(name -> "{\"" + kind.keyMember() + "\":" + JsonRpcWriter.quote(name) + more)
                        .toList());
    }

    /** @param json listed as the tools, valid or not; null for the elements that were set */
    void setTools(@Nullable String json) {
        tools = json;
    }

    void setPageSize(int size) {
        pageSize = size;
    }

    void makeEndless(FeatureKind kind) {
        endless.add(kind);
    }

    boolean has(FeatureKind kind) {
        return !elements.getOrDefault(kind, List.of()).isEmpty();
    }

    /** One page; null for an unknown cursor. */
    @Nullable
    String page(FeatureKind kind, @Nullable String cursor) {
        var whole = tools;
        if (kind == FeatureKind.TOOL && whole != null) {
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
                        .collect(Collectors.joining(",", "{\"" + kind.listMember() + "\":[", "]"))
                + (next < all.size() || endless.contains(kind)
                        ? ",\"nextCursor\":" + JsonRpcWriter.quote(CURSOR.formatted(next)) + "}"
                        : "}");
    }
}
