package com.kruxos.image;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;

/** A Java runtime of just the modules our jars need, made of the JDK this runs on. */
final class LinkedRuntime {
    /** What libraries use only where it is there. */
    private static final Set<String> LEFT_OUT = Set.of(
            "java.desktop", // Jackson, JDBI: annotations of Java Beans
            "java.security.jgss", // Jetty's client: Kerberos
            "jdk.jfr" // JDBI: events for the flight recorder
            );

    private LinkedRuntime() {}

    static void link(List<Path> jars, Path runtime) throws IOException {
        run(
                "jlink",
                List.of(
                        "--add-modules",
                        String.join(",", modules(jars)),
                        "--output",
                        runtime.toString(),
                        "--vm=server",
                        "--strip-java-debug-attributes",
                        "--no-header-files",
                        "--no-man-pages",
                        "--generate-cds-archive"));
    }

    /** What is reached from our own classes, through the libraries. */
    static Set<String> modules(List<Path> jars) throws IOException {
        var arguments = new ArrayList<>(List.of(
                "--multi-release", "25", "--ignore-missing-deps", "--print-module-deps", "--class-path", places(jars)));
        jars.stream()
                .filter(jar -> jar.getFileName().toString().startsWith("kruxos-"))
                .forEach(jar -> arguments.add(jar.toString()));
        var found = new TreeSet<>(List.of(run("jdeps", arguments).strip().split(",", -1)));
        found.removeAll(LEFT_OUT);
        return found;
    }

    private static String places(List<Path> jars) {
        return String.join(":", jars.stream().map(Path::toString).toList());
    }

    private static String run(String name, List<String> arguments) throws IOException {
        var tool = ToolProvider.findFirst(name).orElseThrow(() -> new IOException("this JDK has no " + name));
        var out = new StringWriter();
        var err = new StringWriter();
        var exit = tool.run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
        if (exit != 0) {
            throw new IOException(name + " failed: " + out + err);
        }
        return out.toString();
    }
}
