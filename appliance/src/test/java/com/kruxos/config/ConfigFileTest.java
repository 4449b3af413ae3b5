package com.kruxos.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration is read strictly, and all errors are reported at once. */
class ConfigFileTest {
    @TempDir
    Path folder;

    @Test
    void aMissingFileGivesTheDefaults() {
        assertThat(ConfigFile.read(folder.resolve("none.yaml"))).isEqualTo(Config.defaults());
    }

    @Test
    void theDocumentedExampleStatesTheDefaults() {
        var example = Path.of("..", "docs", "kruxos.example.yaml");
        var config = ConfigFile.read(example);
        assertThat(config.gateway()).isEqualTo(Config.defaults().gateway());
        assertThat(config.calls()).isEqualTo(Config.defaults().calls());
        assertThat(config.api()).isEqualTo(Config.defaults().api());
        assertThat(config.policy().rules()).isNotEmpty();
    }

    @Test
    void listsAreLimitedAndFilesNeedAbsolutePaths() {
        var faults = catchThrowableOfType(
                        InvalidConfig.class,
                        () -> read("trusted_certificates: [ours.pem]\nnames: ["
                                + IntStream.range(0, 65)
                                        .mapToObj(each -> "n" + each)
                                        .collect(Collectors.joining(", "))
                                + "]\n"))
                .errors();
        assertThat(faults)
                .anySatisfy(
                        fault -> assertThat(fault).startsWith("trusted_certificates: must be a list of absolute paths"))
                .anySatisfy(fault -> assertThat(fault).startsWith("names: must be at most 64"));
    }

    @Test
    void settingsAreRead() throws IOException {
        var config = read("""
                gateway:
                  bind: 0.0.0.0
                  port: 7701
                  token_in_url: false
                  max_message: 4MiB
                  session_idle: 5m
                  plain: true
                calls:
                  timeout: 90s
                policy:
                  default: block
                  rules:
                    - allow: { agent: "deploy-*", server: github }
                    - block: { tool: "delete_*" }
                names: [box.example.org]
                trusted_certificates: [/etc/ssl/ours.pem, /b.pem]
                """);
        assertThat(config.gateway())
                .isEqualTo(new Config.GatewayConfig("0.0.0.0", 7701, false, 4 << 20, Duration.ofMinutes(5), true));
        assertThat(config.calls().timeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(config.policy().allowByDefault()).isFalse();
        assertThat(config.policy().rules())
                .containsExactly(
                        new Config.PolicyRule(true, "deploy-*", "github", "*"),
                        new Config.PolicyRule(false, "*", "*", "delete_*"));
        assertThat(config.hostNames()).containsExactly("box.example.org");
        assertThat(config.trustedCertificates()).containsExactly(Path.of("/b.pem"), Path.of("/etc/ssl/ours.pem"));
    }

    @Test
    void allErrorsAreReportedAtOnceWithSuggestions() {
        var faults = errors("""
                gatway: {}
                gateway:
                  prt: 7700
                  port: high
                  max_message: 8GB
                calls:
                  timeout: 0s
                policy:
                  default: maybe
                  rules:
                    - block: { tol: x }
                    - { }
                """);
        assertThat(faults)
                .anyMatch(fault -> fault.equals("gatway: is not a setting; did you mean gateway?"))
                .anyMatch(fault -> fault.equals("gateway.prt: is not a setting; did you mean port?"))
                .anyMatch(fault -> fault.startsWith("gateway.port: must be a number"))
                .anyMatch(fault -> fault.startsWith("gateway.max_message: must be a size"))
                .anyMatch(fault -> fault.startsWith("calls.timeout: must be a duration"))
                .anyMatch(fault -> fault.startsWith("policy.default: must be allow or block"))
                .anyMatch(fault -> fault.equals("policy.rules[0].block.tol: is not a setting; did you mean tool?"))
                .anyMatch(fault -> fault.startsWith("policy.rules[1].allow: a rule has either"));
    }

    @Test
    void aSecretIsRefusedByNameAndByFormAndNotQuoted() {
        var byName = errors("gateway:\n  api_key: hunter2hunter2\n");
        assertThat(byName)
                .singleElement()
                .asString()
                .contains("gateway.api_key", "kruxos secret put")
                .doesNotContain("hunter2");
        var byForm = errors("gateway:\n  bind: ghp_abcdefghijklmnopqrstuvwxyz0123456789\n");
        assertThat(byForm)
                .singleElement()
                .asString()
                .contains("gateway.bind", "secret")
                .doesNotContain("ghp_");
    }

    @Test
    void invalidYamlIsReportedWithItsLineAndNotQuoted() {
        assertThat(errors("gateway:\n  bind: [hunter2\n"))
                .singleElement()
                .asString()
                .contains("line")
                .doesNotContain("hunter2");
        assertThat(errors("a: 1\na: 2\n")).isNotEmpty();
    }

    /** The API has no TLS and its tokens may do everything. Fails without the check in ConfigFile.api. */
    @Test
    void theApiBindsOnlyToLoopback() throws IOException {
        for (var elsewhere :
                java.util.List.of("0.0.0.0", "192.168.1.1", "\"::\"", "example.org", "localhost", "127.0.0.2")) {
            assertThat(errors("api:\n  bind: " + elsewhere + "\n"))
                    .singleElement()
                    .asString()
                    .contains("api.bind", "127.0.0.1", "ssh -L");
        }
        assertThat(read("api: { bind: \"::1\", port: 8703 }\n").api()).isEqualTo(new Config.ApiConfig("::1", 8703));
    }

    @Test
    void anOffsetIsAddedToEveryFixedPort() throws IOException {
        var moved = Config.defaults().withPortOffset(100);
        assertThat(moved.gateway().port()).isEqualTo(7800);
        assertThat(moved.api().port()).isEqualTo(7803);
        var free = Config.defaults().withPort(0).withPortOffset(100);
        assertThat(free.gateway().port()).isZero();
        assertThat(free.api().port()).isZero();
    }

    private Config read(String text) throws IOException {
        return ConfigFile.read(Files.writeString(folder.resolve("kruxos.yaml"), text));
    }

    private java.util.List<String> errors(String text) {
        return catchThrowableOfType(InvalidConfig.class, () -> read(text)).errors();
    }

    /** Fails without the minimum: an agent could have hardly any request in flight. */
    @Test
    void anAgentsByteLimitGrowsWithTheMessageLimitAndHasAMinimum() {
        assertThat(gateway(64 << 10).maxAgentBytes()).isEqualTo(32L << 20);
        assertThat(gateway(8 << 20).maxAgentBytes()).isEqualTo(32L << 20);
        assertThat(gateway(64 << 20).maxAgentBytes()).isEqualTo(256L << 20);
        assertThat(gateway(64 << 10).maxServerMessageBytes()).isEqualTo(4 << 20);
        assertThat(gateway(64 << 20).maxServerMessageBytes()).isEqualTo(128 << 20);
    }

    private static Config.GatewayConfig gateway(int maxMessage) {
        return new Config.GatewayConfig("127.0.0.1", 0, false, maxMessage, Duration.ofMinutes(30), false);
    }
}
