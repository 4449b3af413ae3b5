package com.kruxos;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The floors of the house, as text: a package uses only strictly lower ones. Read it before you add an import. */
class FloorsTest {
    private static final String FLOORS = """
            0 result dashboard
            1 json rpc config store web.http os tls
            2 audit egress web
            3 vault identity process
            4 session policy transport
            5 credential
            6 server
            7 call admin
            8 gateway tokenapi operator
            9 (base)
            """;

    /** What the floors alone would allow and we do not, each with its reason. */
    private static final Map<String, String> FORBIDDEN = Map.of(
            "gateway -> vault", "the agents' door can lend nothing: only the street behind it can",
            "call -> vault", "the street gets leases from credential, which knows the grants",
            "call -> store", "no SQL on the street",
            "policy -> audit", "policy is a pure function of caller, call and rules",
            "session -> store", "who is connected now is never on disk",
            "rpc -> web", "messages know nothing of HTTP",
            "vault -> tls", "a certificate's key is a file, and no secret of anybody's passes it",
            "gateway -> tls", "a door is shown by a context; only the base knows where keys lie");

    /** Libraries that stay where they belong. */
    private static final Map<String, Set<String>> LIBRARIES = Map.of(
            "org.eclipse.jetty", Set.of("web", "web.http", "gateway", "tokenapi", "operator", "egress", "transport"),
            "jakarta", Set.of("web", "web.http", "gateway", "tokenapi"),
            "org.jdbi", Set.of("store", "audit", "vault", "identity", "server", "tokenapi"),
            "com.exceptionfactory.jagged", Set.of("vault"),
            // Megabytes, loaded with the one class that makes a certificate, and the one that knows bcrypt.
            "org.bouncycastle", Set.of("tls", "identity"),
            "gg.jte", Set.of("dashboard"),
            "org.snakeyaml", Set.of("config"),
            // Trees alone: what makes objects of any class would be megabytes at rest.
            "tools.jackson.databind", Set.of("json", "tokenapi", "operator"));

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("com.kruxos");

    @Test
    void packagesUseOnlyLowerLayers() {
        var floors = floors();
        var wrong = new TreeSet<String>();
        eachArrow((from, to) -> {
            var lower = floors.getOrDefault(to, 99);
            var upper = floors.getOrDefault(from, 0);
            if (lower >= upper) {
                wrong.add(from + " (floor " + upper + ") uses " + to + " (floor " + lower + ")");
            }
        });
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyPackageHasALayer() {
        var seen = new TreeSet<String>();
        classes.forEach(type -> seen.add(packageOf(type)));
        assertThat(seen).isEqualTo(new TreeSet<>(floors().keySet()));
    }

    @Test
    void forbiddenDependenciesAreAbsent() {
        var wrong = new TreeSet<String>();
        eachArrow((from, to) -> {
            var reason = FORBIDDEN.get(from + " -> " + to);
            if (reason != null) {
                wrong.add(from + " -> " + to + ": " + reason);
            }
        });
        assertThat(wrong).isEmpty();
    }

    @Test
    void librariesAreUsedOnlyInTheirPackages() {
        var wrong = new TreeSet<String>();
        for (var type : classes) {
            for (var used : type.getDirectDependenciesFromSelf()) {
                LIBRARIES.forEach((library, rooms) -> {
                    if (used.getTargetClass().getPackageName().startsWith(library)
                            && !rooms.contains(packageOf(type))) {
                        wrong.add(type.getName() + " uses " + library + ", which belongs to " + new TreeSet<>(rooms));
                    }
                });
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** A mapper comes with some hundred classes, and a node that is asked for its text makes one. */
    @Test
    void jsonIsReadAndWrittenWithoutAMapper() {
        var wrong = new TreeSet<String>();
        for (var type : classes) {
            for (var used : type.getDirectDependenciesFromSelf()) {
                if (used.getTargetClass().getName().endsWith("Mapper")
                        && used.getTargetClass().getPackageName().startsWith("tools.jackson")) {
                    wrong.add(used.getDescription());
                }
            }
            for (var call : type.getMethodCallsFromSelf()) {
                if (call.getTargetOwner().isAssignableTo(JsonNode.class)
                        && Set.of("toString", "toPrettyString").contains(call.getName())) {
                    wrong.add(call.getDescription());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyPackageHasAComment() throws IOException {
        var wrong = new ArrayList<String>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (var folder : files.filter(Files::isDirectory)
                    .filter(FloorsTest::hasSources)
                    .toList()) {
                var info = folder.resolve("package-info.java");
                if (!Files.exists(info)
                        || !Files.readString(info).matches("(?s).*/\\*\\*[\\s*]+[A-Z].*\\..*@NullMarked.*")) {
                    wrong.add(folder.toString());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void noPackageHasACatchAllName() {
        assertThat(floors().keySet()).doesNotContain("util", "common", "impl", "model", "dto", "service", "helper");
    }

    private interface Arrow {
        void seen(String from, String to);
    }

    private void eachArrow(Arrow arrow) {
        for (var type : classes) {
            for (var used : type.getDirectDependenciesFromSelf()) {
                var target = used.getTargetClass();
                if (target.getPackageName().startsWith("com.kruxos")
                        && !packageOf(target).equals(packageOf(type))) {
                    arrow.seen(packageOf(type), packageOf(target));
                }
            }
        }
    }

    private static String packageOf(JavaClass type) {
        var name = type.getPackageName();
        return name.equals("com.kruxos") ? "(base)" : name.substring("com.kruxos.".length());
    }

    private static Map<String, Integer> floors() {
        var floors = new LinkedHashMap<String, Integer>();
        for (var line : FLOORS.lines().toList()) {
            var words = List.of(line.split(" "));
            words.subList(1, words.size()).forEach(room -> floors.put(room, Integer.valueOf(words.getFirst())));
        }
        return floors;
    }

    private static boolean hasSources(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(".java"));
        } catch (IOException e) {
            return false;
        }
    }
}
