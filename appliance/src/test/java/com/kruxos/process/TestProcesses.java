package com.kruxos.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Process specs for tests. */
public final class TestProcesses {
    static final Map<String, String> PATH = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin");

    private TestProcesses() {}

    public static ProcessSpec of(String... arguments) {
        return new ProcessSpec(List.of(arguments), Path.of("/"), PATH, Map.of());
    }

    public static ProcessSpec shell(String script) {
        return of("sh", "-c", script);
    }
}
