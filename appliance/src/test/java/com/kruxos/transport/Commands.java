package com.kruxos.transport;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Commands that tests start. */
final class Commands {
    static final Map<String, String> PATH = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin");

    private Commands() {}

    static Command of(String... arguments) {
        return new Command(List.of(arguments), Path.of("/"), PATH, Map.of());
    }

    static Command shell(String script) {
        return of("sh", "-c", script);
    }
}
