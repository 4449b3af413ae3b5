package com.kruxos;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.AdminSocketClient;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every build opens the homes of earlier builds. {@code main} creates a fixture when a release changes a format; an
 * existing fixture is never changed.
 */
class FixtureHomeTest {
    private static final Path FIXTURES = Path.of("src", "test", "fixtures");

    @TempDir
    Path folder;

    static List<Path> homes() throws IOException {
        try (Stream<Path> folders = Files.list(FIXTURES)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("homes")
    void aHomeOfAnEarlierBuildOpensWithAllItsData(Path fixture) throws IOException {
        var said = new Properties();
        try (var in = Files.newInputStream(fixture.resolve("said.properties"))) {
            said.load(in);
        }
        copy(fixture, folder.resolve("home"));
        Files.setPosixFilePermissions(
                folder.resolve("home/keyring/age.key"), PosixFilePermissions.fromString("rw-------"));
        try (var appliance = TestAppliance.start(folder.resolve("home"))) {
            assertThat(appliance.adminClient().get("/secrets/github/token").body())
                    .isEqualTo(said.getProperty("secret"));
            WebSocketAgent.connect(appliance.port(), said.getProperty("agent")).close();
            assertThat(appliance
                            .adminClient()
                            .withToken(said.getProperty("token"))
                            .get("/agents")
                            .status())
                    .isEqualTo(200);
            assertThat(appliance.adminClient().get("/servers").body()).contains("\"github\"");
            var verified = appliance.adminClient().get("/audit/verify").json();
            assertThat(verified.path("ok").asBoolean()).isTrue();
            assertThat(verified.path("records").asLong()).isGreaterThan(Long.parseLong(said.getProperty("records")));
        }
    }

    /** Makes a fixture: {@code FixtureHomeTest <folder>}. */
    public static void main(String[] arguments) throws Exception {
        var home = Path.of(arguments[0]);
        var said = new Properties();
        try (var appliance = TestAppliance.start(home)) {
            said.setProperty("secret", "a value that must stay readable");
            appliance.putSecret("github/token", said.getProperty("secret"));
            said.setProperty("agent", appliance.createAgent("old-friend"));
            var token = new AdminSocketClient(home)
                    .post("/user-tokens", "{\"label\":\"old script\",\"scopes\":[\"admin\"]}")
                    .json();
            said.setProperty("token", token.path("token").asString());
            new AdminSocketClient(home)
                    .post(
                            "/servers",
                            "{\"name\":\"github\",\"command\":[\"github-server\"],\"env\":{\"TOKEN\":\"secret:github/token\"}}");
            said.setProperty(
                    "records",
                    appliance
                            .adminClient()
                            .get("/audit/verify")
                            .json()
                            .path("records")
                            .asString());
        }
        for (var database : new String[] {"kruxos.db", "audit.db"}) {
            try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve(database));
                    var statement = connection.createStatement()) {
                statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            }
        }
        try (var out = Files.newOutputStream(home.resolve("said.properties"))) {
            said.store(out, "What the people of this home were told; test data, worth nothing anywhere else");
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
