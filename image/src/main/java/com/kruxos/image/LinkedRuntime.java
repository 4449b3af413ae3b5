package com.kruxos.image;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/** A Java runtime with only the modules that our jars need, linked from this JDK. */
final class LinkedRuntime {
    /** Modules that libraries use optionally. */
    private static final Set<String> LEFT_OUT = Set.of(
            "java.desktop", // Jackson, JDBI: annotations of Java Beans
            "java.security.jgss", // Jetty's client: Kerberos
            "jdk.jfr" // JDBI: events for the flight recorder
            );

    /**
     * The security providers of the linked modules. For a listed provider that is missing, Java searches all jars,
     * finds Bouncy Castle, and verifies the signature of its seven megabytes: at every start.
     */
    private static final List<String> PROVIDERS = List.of("SUN", "SunRsaSign", "SunEC", "SunJSSE", "SunJCE");

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
        nameProviders(runtime.resolve("conf/security/java.security"));
    }

    private static void nameProviders(Path settings) throws IOException {
        var named = Pattern.compile("security\\.provider\\.\\d+=(.*)");
        var lines = new ArrayList<String>();
        var found = new ArrayList<String>();
        for (var line : Files.readAllLines(settings)) {
            var provider = named.matcher(line);
            if (!provider.matches()) {
                lines.add(line);
            } else if (PROVIDERS.contains(provider.group(1))) {
                found.add(provider.group(1));
                lines.add("security.provider." + found.size() + "=" + provider.group(1));
            }
        }
        if (!found.equals(PROVIDERS)) {
            throw new IOException("the JDK lists other security providers, or in another order: " + found);
        }
        Files.write(settings, lines);
    }

    /** The modules that our classes need, directly or through libraries. */
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
