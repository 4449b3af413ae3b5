package com.kruxos.demo;

import com.kruxos.admin.Admin;
import com.kruxos.admin.IssuedAgent;
import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.VerificationResult;
import com.kruxos.result.Result;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.server.NewServer;
import com.kruxos.server.ServerState;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.json.JsonFactory;

/** The administrative actions of the demonstration; each is audited like any other. */
final class DemoSetup {
    private static final String SPACE = "default";
    private static final String SERVER = "demo";
    private static final String SECRET = "demo/token";
    private static final AuditPrincipal PRINCIPAL =
            new AuditPrincipal(AuditPrincipal.PrincipalType.ROOT, "demo", "demo", "up --demo", null);

    private final Admin admin;

    DemoSetup(Admin admin) {
        this.admin = admin;
    }

    /** A new agent key; closing it wipes the bytes. */
    static final class DemoKey implements AutoCloseable {
        private final IssuedAgent issued;

        DemoKey(IssuedAgent issued) {
            this.issued = issued;
        }

        byte[] ascii() {
            return issued.key().ascii();
        }

        @Override
        public void close() {
            issued.close();
        }
    }

    /** Stores the secret and adds a server that needs it. */
    void addServer(byte[] secret) {
        require(admin.secrets().put(PRINCIPAL, SPACE, SECRET, secret, true));
        if (admin.servers().show(SPACE, SERVER) instanceof Result.Done<?>) {
            require(admin.servers().remove(PRINCIPAL, SPACE, SERVER));
        }
        require(admin.servers()
                .add(
                        PRINCIPAL,
                        new NewServer(
                                SPACE,
                                SERVER,
                                command(),
                                Map.of(DemoServer.VARIABLE, "secret:" + SECRET),
                                Map.of(),
                                Set.of(),
                                null,
                                true)));
        awaitServer();
    }

    /** The name that agents see for a tool of the demonstration server. */
    String tool(String name) {
        return SERVER + "__" + name;
    }

    DemoKey agent(String name) {
        return switch (admin.agents().create(PRINCIPAL, SPACE, name, "demonstration", null)) {
            case Result.Done<IssuedAgent>(var issued) -> new DemoKey(issued);
            case Result.Refused<IssuedAgent> _ -> reissue(name);
        };
    }

    DemoKey rotate(String name) {
        return new DemoKey(require(admin.agents().rotate(PRINCIPAL, SPACE, name, Duration.ZERO)));
    }

    /** Returns the number of sessions that were closed. */
    int revoke(String name) {
        return require(admin.agents().revoke(PRINCIPAL, SPACE, name)).sessionsClosed();
    }

    VerificationResult verify() {
        return admin.audit().verify();
    }

    /** The agent exists from an earlier demonstration in the same home. */
    private DemoKey reissue(String name) {
        return switch (admin.agents().restore(PRINCIPAL, SPACE, name)) {
            case Result.Done<IssuedAgent>(var issued) -> new DemoKey(issued);
            case Result.Refused<IssuedAgent> _ -> rotate(name);
        };
    }

    private void awaitServer() {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < deadline) {
            var state = require(admin.servers().show(SPACE, SERVER)).state();
            if (state.phase() == ServerState.Phase.READY) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new IllegalStateException("the demonstration server did not start");
    }

    private static List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx32m",
                "-cp",
                classPath(DemoServer.class, JsonRpcReader.class, JsonFactory.class),
                DemoServer.class.getName());
    }

    /** A class path with only the jars or folders of these classes. */
    private static String classPath(Class<?>... classes) {
        return Stream.of(classes)
                .map(type -> Path.of(URI.create(type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toString()))
                        .toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static <T> T require(Result<T> answer) {
        return switch (answer) {
            case Result.Done<T>(var value) -> value;
            case Result.Refused<T>(var reason, var detail, var hint) ->
                throw new IllegalStateException(detail + " (" + hint + ")");
        };
    }
}
