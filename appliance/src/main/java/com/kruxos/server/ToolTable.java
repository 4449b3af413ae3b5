package com.kruxos.server;

import com.kruxos.rpc.ToolDefinition;
import com.kruxos.rpc.ToolPage;
import com.kruxos.store.Database;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;

/** The tools servers have shown, under the names agents know them by. */
final class ToolTable {
    private final Database database;

    ToolTable(Database database) {
        this.database = database;
    }

    /** What the server listed last. */
    List<Tool> listed(Server server) {
        return database.read(handle -> handle
                .createQuery("SELECT name, definition FROM tool WHERE server = ? AND listed = 1 ORDER BY name")
                .bind(0, server.id())
                .map((row, context) -> {
                    var definition = ToolPage.readKept(row.getBytes("definition"));
                    return definition == null
                            ? null
                            : new Tool(server.id(), server.name(), row.getString("name"), definition);
                })
                .list()
                .stream()
                .filter(Objects::nonNull)
                .toList());
    }

    /** Keeps what the server lists now; a tool seen before keeps its name, one that vanished is no longer listed. */
    List<Tool> replace(Server server, Collection<ToolDefinition> now) {
        return database.write(handle -> {
            var names = names(handle, server);
            var taken = new HashSet<>(handle.createQuery("SELECT name FROM tool WHERE space = ?")
                    .bind(0, server.space())
                    .mapTo(String.class)
                    .list());
            handle.execute("UPDATE tool SET listed = 0 WHERE server = ?", server.id());
            var tools = new ArrayList<Tool>();
            for (var definition : distinct(now)) {
                var name = names.computeIfAbsent(definition.name(), tool -> ToolName.of(server, tool, taken::contains));
                taken.add(name);
                keep(handle, server, name, definition);
                tools.add(new Tool(server.id(), server.name(), name, definition));
            }
            return tools;
        });
    }

    private static Map<String, String> names(Handle handle, Server server) {
        var names = new HashMap<String, String>();
        handle.createQuery("SELECT upstream_name, name FROM tool WHERE server = ?")
                .bind(0, server.id())
                .map((row, context) -> names.put(row.getString(1), row.getString(2)) == null)
                .list();
        return names;
    }

    /** A server that lists a name twice means its first. */
    private static Collection<ToolDefinition> distinct(Collection<ToolDefinition> tools) {
        var seen = new HashSet<String>();
        return tools.stream().filter(tool -> seen.add(tool.name())).toList();
    }

    private static void keep(Handle handle, Server server, String name, ToolDefinition definition) {
        handle.createUpdate("""
                        INSERT INTO tool (server, upstream_name, space, name, definition, listed)
                        VALUES (:server, :upstream, :space, :name, :definition, 1)
                        ON CONFLICT (server, upstream_name) DO UPDATE SET definition = excluded.definition, listed = 1
                        """)
                .bind("server", server.id())
                .bind("upstream", definition.name())
                .bind("space", server.space())
                .bind("name", name)
                .bind("definition", definition.json())
                .execute();
    }
}
