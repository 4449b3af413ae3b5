package com.kruxos;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The layers of all modules as text. Read the table before you add an import. */
class FloorsTest {
    /**
     * A package imports only from packages of strictly lower layers. Without {@code com.kruxos.}; (base) is that
     * package itself.
     */
    private static final String LAYERS = """
            0 result dashboard.page cli.json image
            1 json rpc config store os tls dashboard.layout cli.clients
            2 web.http dashboard.error dashboard.home dashboard.signin dashboard.account dashboard.agent cli.shim
            3 web dashboard cli
            4 audit egress
            5 vault identity process
            6 redact session policy transport
            7 credential
            8 server
            9 call admin
            10 gateway tokenapi operator
            11 (base)
            12 demo
            13 firstboot
            """;

    /** Dependencies that the layers allow and that are still forbidden, each with its reason. */
    private static final Map<String, String> FORBIDDEN = Map.of(
            "gateway -> vault", "the gateway cannot lend a secret; only the request pipeline can",
            "call -> vault", "the pipeline gets leases from credential, which checks the granted scopes",
            "call -> store", "the request pipeline contains no SQL",
            "policy -> audit", "policy is a pure function of caller, call and rules",
            "session -> store", "connected agents are never written to disk",
            "rpc -> web", "JSON-RPC messages do not depend on HTTP",
            "vault -> tls", "the private key of the certificate is a file and not a secret of the vault",
            "gateway -> tls", "the gateway gets an SSLContext; only the base package knows where keys are stored");

    /** The packages that may use a library. */
    private static final Map<String, Set<String>> LIBRARIES = Map.of(
            "org.eclipse.jetty",
                    Set.of("web", "web.http", "gateway", "tokenapi", "operator", "egress", "transport", "cli.shim"),
            "jakarta", Set.of("web", "web.http", "gateway", "tokenapi", "operator"),
            "org.jdbi", Set.of("store", "audit", "vault", "identity", "server", "tokenapi"),
            "com.exceptionfactory.jagged", Set.of("vault"),
            // Several megabytes; loaded only to create a certificate or to hash a passphrase.
            "org.bouncycastle", Set.of("tls", "identity"),
            "gg.jte",
                    Set.of(
                            "dashboard.page",
                            "dashboard.layout",
                            "dashboard.error",
                            "dashboard.home",
                            "dashboard.signin",
                            "dashboard.account",
                            "dashboard.agent"),
            "org.snakeyaml", Set.of("config"),
            "picocli", Set.of("cli"),
            // Trees only: mapping objects would need megabytes more.
            "tools.jackson.databind", Set.of("json", "web.http", "tokenapi", "operator", "demo"));

    private static final int PUBLIC_TYPES = 6;

    /** Packages that may have more than {@value #PUBLIC_TYPES} public types, and why. */
    private static final Map<String, Integer> PUBLIC_TYPE_BUDGETS = budgets("""
            (base) 10     what the commands of firstboot and the tests of all modules start
            admin 23      one class for each kind of object, and the views they return
            audit 15      entries, queries, verification and their results
            cli.clients 7 one type for each client format
            dashboard.agent 11  one record for each part of the agent pages
            dashboard.home 7    one record for each part of the home page
            dashboard.layout 7  the layout, its parts, and the interface of every page
            dashboard.page 7    rows and texts that all pages share
            egress 11     addresses, endpoints, credential headers
            identity 27   four kinds of principal, each with its credential and its registry
            os 9          one class for each foreign call
            rpc 22        one type for each kind of message and message part
            server 15     five entry points (registry, catalog, dispatcher, subscriptions, Servers) and their values
            session 14    callers, calls, sessions, requests and their results
            transport 10  connections, listeners and failures
            vault 11      secrets, leases, key files and their failures
            web 9         one class for each kind of listener
            web.http 13   routes, bodies, responses, problems and ETags of every listener
            """);

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("com.kruxos");

    @Test
    void packagesUseOnlyLowerLayers() {
        var layers = layers();
        var wrong = new TreeSet<String>();
        eachDependency((from, to) -> {
            var lower = layers.getOrDefault(to, 99);
            var upper = layers.getOrDefault(from, 0);
            if (lower >= upper) {
                wrong.add(from + " (layer " + upper + ") uses " + to + " (layer " + lower + ")");
            }
        });
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyPackageHasALayerAndEveryLayerEntryAPackage() {
        var present = new TreeSet<String>();
        classes.forEach(type -> present.add(packageOf(type)));
        assertThat(present).isEqualTo(new TreeSet<>(layers().keySet()));
    }

    @Test
    void forbiddenDependenciesAreAbsent() {
        var wrong = new TreeSet<String>();
        eachDependency((from, to) -> {
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
                LIBRARIES.forEach((library, packages) -> {
                    if (used.getTargetClass().getPackageName().startsWith(library)
                            && !packages.contains(packageOf(type))) {
                        wrong.add(type.getName() + " uses " + library + ", allowed in " + new TreeSet<>(packages));
                    }
                });
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** A mapper loads several hundred classes, and {@code JsonNode.toString} creates one. */
    @Test
    void theApplianceReadsAndWritesJsonWithoutAMapper() {
        var wrong = new TreeSet<String>();
        for (var type : classes) {
            if (packageOf(type).equals("demo")) {
                continue;
            }
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
    void noPackageHasMorePublicTypesThanItsBudget() {
        var counts = new TreeMap<String, Integer>();
        for (var type : classes) {
            if (type.isTopLevelClass()
                    && type.getModifiers().contains(JavaModifier.PUBLIC)
                    && !type.getSimpleName().startsWith("Jte")) {
                counts.merge(packageOf(type), 1, Integer::sum);
            }
        }
        var wrong = new TreeSet<String>();
        counts.forEach((name, count) -> {
            var budget = PUBLIC_TYPE_BUDGETS.getOrDefault(name, PUBLIC_TYPES);
            if (count > budget) {
                wrong.add(name + " has " + count + " public types, its budget is " + budget);
            }
        });
        assertThat(wrong).isEmpty();
    }

    @Test
    void noPackageHasACatchAllName() {
        for (var name : layers().keySet()) {
            assertThat(List.of(name.split("\\.")))
                    .doesNotContain("util", "common", "impl", "model", "dto", "service", "helper");
        }
    }

    private interface DependencyVisitor {
        void visit(String from, String to);
    }

    private void eachDependency(DependencyVisitor visitor) {
        for (var type : classes) {
            for (var used : type.getDirectDependenciesFromSelf()) {
                var target = used.getTargetClass();
                if (target.getPackageName().startsWith("com.kruxos")
                        && !packageOf(target).equals(packageOf(type))) {
                    visitor.visit(packageOf(type), packageOf(target));
                }
            }
        }
    }

    private static String packageOf(JavaClass type) {
        var name = type.getPackageName();
        return name.equals("com.kruxos") ? "(base)" : name.substring("com.kruxos.".length());
    }

    private static Map<String, Integer> layers() {
        var layers = new LinkedHashMap<String, Integer>();
        for (var line : LAYERS.lines().toList()) {
            var words = List.of(line.split(" "));
            words.subList(1, words.size()).forEach(name -> layers.put(name, Integer.valueOf(words.getFirst())));
        }
        return layers;
    }

    private static Map<String, Integer> budgets(String table) {
        var budgets = new TreeMap<String, Integer>();
        for (var line : table.lines().toList()) {
            var words = line.split(" +", 3);
            budgets.put(words[0], Integer.valueOf(words[1]));
        }
        return budgets;
    }
}
