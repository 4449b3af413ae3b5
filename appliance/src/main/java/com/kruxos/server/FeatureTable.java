package com.kruxos.server;

import com.kruxos.rpc.DefinitionPage;
import com.kruxos.rpc.FeatureDefinition;
import com.kruxos.rpc.FeatureKind;
import com.kruxos.store.Database;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * The features of all servers, with the names agents know them by. A name is assigned when a feature is first listed,
 * and never changes after that.
 */
final class FeatureTable {
    /** Per server and kind, for lists of single sessions: a server could invent new ones without end. */
    private static final int MAX_NAMES = 20_000;

    private final Database database;

    FeatureTable(Database database) {
        this.database = database;
    }

    /** What the server listed when it last ran. */
    Map<FeatureKind, List<Feature>> loadListed(Server server) {
        var all = new EnumMap<FeatureKind, List<Feature>>(FeatureKind.class);
        for (var kind : FeatureKind.values()) {
            all.put(kind, loadListed(server, kind));
        }
        return all;
    }

    private List<Feature> loadListed(Server server, FeatureKind kind) {
        return database.read(handle -> handle
                .createQuery(
                        "select name, definition from feature where server_id = ? and kind = ? and listed order by name")
                .bind(0, server.id())
                .bind(1, columnValue(kind))
                .map((row, context) -> {
                    var definition = DefinitionPage.readStored(kind, row.getBytes("definition"));
                    return definition == null ? null : new Feature(kind, server, row.getString("name"), definition);
                })
                .list()
                .stream()
                .filter(Objects::nonNull)
                .toList());
    }

    /** Stores a new list. A known feature keeps its name; one that is missing from the list is no longer listed. */
    List<Feature> replaceListed(Server server, FeatureKind kind, Collection<FeatureDefinition> definitions) {
        return database.write(handle -> {
            var names = assignedNames(handle, server, kind);
            var taken = takenNames(handle, server, kind);
            handle.execute(
                    "update feature set listed = false where server_id = ? and kind = ?",
                    server.id(),
                    columnValue(kind));
            var features = new ArrayList<Feature>();
            for (var definition : distinct(definitions)) {
                var name = names.computeIfAbsent(
                        definition.key(), key -> FeatureName.of(kind, server, key, taken::contains));
                taken.add(name);
                upsert(handle, server, kind, name, definition, true);
                features.add(new Feature(kind, server, name, definition));
            }
            return features;
        });
    }

    /** Assigns names to the list of one session, without changing what is listed for the others. */
    List<Feature> assignNames(Server server, FeatureKind kind, Collection<FeatureDefinition> definitions) {
        return database.write(handle -> {
            var names = assignedNames(handle, server, kind);
            var taken = takenNames(handle, server, kind);
            var features = new ArrayList<Feature>();
            for (var definition : distinct(definitions)) {
                var name = names.get(definition.key());
                if (name == null && names.size() < MAX_NAMES) {
                    name = FeatureName.of(kind, server, definition.key(), taken::contains);
                    taken.add(name);
                    names.put(definition.key(), name);
                    upsert(handle, server, kind, name, definition, false);
                }
                if (name != null) {
                    features.add(new Feature(kind, server, name, definition));
                }
            }
            return features;
        });
    }

    private static Set<String> takenNames(Handle handle, Server server, FeatureKind kind) {
        return new HashSet<>(handle.createQuery("select name from feature where space_id = ? and kind = ?")
                .bind(0, server.space())
                .bind(1, columnValue(kind))
                .mapTo(String.class)
                .list());
    }

    private static Map<String, String> assignedNames(Handle handle, Server server, FeatureKind kind) {
        var names = new HashMap<String, String>();
        handle.createQuery("select upstream_name, name from feature where server_id = ? and kind = ?")
                .bind(0, server.id())
                .bind(1, columnValue(kind))
                .map((row, context) -> names.put(row.getString(1), row.getString(2)) == null)
                .list();
        return names;
    }

    /** When a server lists a key twice, the first definition is used. */
    private static Collection<FeatureDefinition> distinct(Collection<FeatureDefinition> definitions) {
        var seen = new HashSet<String>();
        return definitions.stream()
                .filter(definition -> seen.add(definition.key()))
                .toList();
    }

    private static void upsert(
            Handle handle, Server server, FeatureKind kind, String name, FeatureDefinition definition, boolean listed) {
        handle.createUpdate("""
                        insert into feature (server_id, kind, upstream_name, space_id, name, definition, listed)
                        values (:server_id, :kind, :upstream_name, :space_id, :name, :definition, :listed)
                        on conflict (server_id, kind, upstream_name)
                        do update set definition = excluded.definition, listed = excluded.listed
                        """)
                .bind("server_id", server.id())
                .bind("kind", columnValue(kind))
                .bind("upstream_name", definition.key())
                .bind("space_id", server.space())
                .bind("name", name)
                .bind("definition", definition.json())
                .bind("listed", listed)
                .execute();
    }

    private static String columnValue(FeatureKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
