package com.kruxos.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The numbered steps that make a database what this build expects.
 *
 * @param owner the class beside whose package the steps lie as resources
 * @param application SQLite's {@code application_id}: tells our files from others and from each other
 * @param steps resource names, in order; a step that was released is never edited, only followed by another
 */
public record Schema(Class<?> owner, int application, List<String> steps) {
    public Schema {
        steps = List.copyOf(steps);
    }

    String sql(int step) {
        var name = steps.get(step);
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
