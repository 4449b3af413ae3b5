package com.kruxos.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The numbered steps that make a database what this build expects.
 *
 * @param owner the class beside whose package the steps lie as resources
 * @param applicationId SQLite's {@code application_id}: tells our files from others and from each other
 * @param migrations resource names, in order; a step that was released is never edited, only followed by another
 */
public record Schema(Class<?> owner, int applicationId, List<String> migrations) {
    public Schema {
        migrations = List.copyOf(migrations);
    }

    String migrationSql(int step) {
        var name = migrations.get(step);
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
