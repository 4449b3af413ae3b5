package com.kruxos.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The migrations that make a database what this build expects.
 *
 * @param owner the class whose package holds the migrations as resources
 * @param applicationId tells our databases from those of other programs and from each other; SQLite's
 *     {@code application_id}
 * @param migrations resource names, in order. A released migration is never edited, only followed by another
 */
public record Schema(Class<?> owner, int applicationId, List<String> migrations) {
    public Schema {
        migrations = List.copyOf(migrations);
    }

    String migrationSql(int index) {
        var name = migrations.get(index);
        try (var resource = owner.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException("no migration " + name + " beside " + owner.getName());
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
