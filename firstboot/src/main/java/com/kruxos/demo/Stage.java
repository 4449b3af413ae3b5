package com.kruxos.demo;

import com.kruxos.admin.Admin;
import com.kruxos.admin.IssuedAgent;
import com.kruxos.audit.Principal;
import com.kruxos.audit.Verification;
import com.kruxos.identity.Answer;
import com.kruxos.rpc.Codec;
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

/** What an operator does before and during the demonstration, recorded like any other act. */
final class Stage {
    private static final String SPACE = "default";
    private static final String SERVER = "demo";
    private static final String SECRET = "demo/token";
    private static final Principal WHO = new Principal(Principal.Type.ROOT, "demo", "demo", "up --demo", null);

    private final Admin admin;

    Stage(Admin admin) {
        this.admin = admin;
    }

    /** An agent's key, shown once; close it. */
    static final class Key implements AutoCloseable {
        private final IssuedAgent issued;

        Key(IssuedAgent issued) {
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

    /** Puts the secret in the vault and a server that needs it behind the gateway. */
    void set(byte[] secret) {
        must(admin.secrets().put(WHO, SPACE, SECRET, secret, true));
        if (admin.servers().show(SPACE, SERVER) instanceof Answer.Done<?>) {
            must(admin.servers().remove(WHO, SPACE, SERVER));
        }
        must(admin.servers()
                .add(
                        WHO,
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

    /** The name by which agents call a tool of the demonstration's server. */
    String tool(String name) {
        return SERVER + "__" + name;
    }

    Key agent(String name) {
        return switch (admin.agents().create(WHO, SPACE, name, "shows a newcomer round", null)) {
            case Answer.Done<IssuedAgent>(var issued) -> new Key(issued);
            case Answer.Refused<IssuedAgent> _ -> again(name);
        };
    }

    Key rotate(String name) {
        return new Key(must(admin.agents().rotate(WHO, SPACE, name, Duration.ZERO)));
    }

    /** Gives back how many sockets fell. */
    int revoke(String name) {
        return must(admin.agents().revoke(WHO, SPACE, name)).sessionsClosed();
    }

    Verification verify() {
        return admin.audit().verify();
    }

    /** The agent is there from an earlier demonstration in the same home. */
    private Key again(String name) {
        return switch (admin.agents().restore(WHO, SPACE, name)) {
            case Answer.Done<IssuedAgent>(var issued) -> new Key(issued);
            case Answer.Refused<IssuedAgent> _ -> rotate(name);
        };
    }

    private void awaitServer() {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < deadline) {
            var state = must(admin.servers().show(SPACE, SERVER)).state();
            if (state.name() == ServerState.Name.READY) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new IllegalStateException("the demonstration's server did not start");
    }

    private static List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx32m",
                "-cp",
                places(DemoServer.class, Codec.class, JsonFactory.class),
                DemoServer.class.getName());
    }

    /** A class path of just the places these classes come from. */
    private static String places(Class<?>... classes) {
        return Stream.of(classes)
                .map(type -> Path.of(URI.create(type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toString()))
                        .toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static <T> T must(Answer<T> answer) {
        return switch (answer) {
            case Answer.Done<T>(var value) -> value;
            case Answer.Refused<T>(var reason, var detail, var hint) ->
                throw new IllegalStateException(detail + " (" + hint + ")");
        };
    }
}
