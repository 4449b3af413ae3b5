package com.kruxos.tokenapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.admin.AdminFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The strict OpenMetrics parser of Prometheus reads the metrics. */
class MetricsTest {
    private static final String PYTHON = "/usr/bin/python3";

    private static final String PARSER_SCRIPT = """
            import sys
            from prometheus_client.openmetrics.parser import text_string_to_metric_families
            for family in text_string_to_metric_families(open(sys.argv[1], encoding='utf-8').read()):
                for sample in family.samples:
                    labels = ','.join(f'{k}={v}' for k, v in sorted(sample.labels.items()))
                    print(family.type, sample.name, labels or '-', float(sample.value))
            """;

    @TempDir
    Path home;

    private AdminFixture fixture;
    private TokenApi api;
    private RawApiClient client;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(home);
        api = TokenApi.start(
                home,
                TokenApi.createContext(fixture.admin, fixture.database, fixture.clock()),
                fixture.tokens,
                null,
                _ -> true,
                java.util.Map.of(),
                TokenApi.trustedUsers());
        client = new RawApiClient(api.socket());
    }

    @AfterEach
    void close() {
        api.close();
        fixture.close();
    }

    @Test
    void thePrometheusParserReadsTheMetrics() throws Exception {
        client.post("/api/v1/agents", "{\"name\":\"bot\"}");
        client.post("/api/v1/servers", "{\"name\":\"git\",\"command\":[\"true\"]}");
        fixture.advance(Duration.ofMillis(90_250));
        var answer = client.get("/metrics");
        assertThat(answer.status).isEqualTo(200);
        assertThat(answer.header("Content-Type"))
                .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");

        var read = parseWithPrometheus(answer.text());

        assertThat(read)
                .contains(
                        "info kruxos_build_info version=0.1.0 1.0",
                        "gauge kruxos_uptime_seconds - 90.25",
                        "gauge kruxos_sessions - 0.0",
                        "gauge kruxos_servers state=stopped 1.0",
                        "gauge kruxos_servers state=ready 0.0",
                        "gauge kruxos_health check=vault 1.0",
                        "gauge kruxos_health check=key 0.0",
                        "counter kruxos_audit_records_total - " + (double) fixture.audit.lastSeq(),
                        "counter kruxos_calls_total outcome=answered 3.0",
                        "counter kruxos_calls_total outcome=refused 1.0")
                .anyMatch(line -> line.startsWith("gauge jvm_memory_heap_used_bytes - "));
        assertThat(answer.text()).doesNotContain("bot").doesNotContain("git");
    }

    private List<String> parseWithPrometheus(String text) throws Exception {
        var probe = new ProcessBuilder(PYTHON, "-c", "import prometheus_client.openmetrics.parser")
                .redirectErrorStream(true);
        if (!Files.isExecutable(Path.of(PYTHON)) || probe.start().waitFor() != 0) {
            assertThat(System.getenv("CI"))
                    .as("CI must have python3-prometheus-client")
                    .isNotEqualTo("true");
            Assumptions.abort("skipped: there is no python3 with prometheus_client (python3-prometheus-client)");
        }
        var file = Files.writeString(home.resolve("metrics.txt"), text);
        var process = new ProcessBuilder(PYTHON, "-B", "-c", PARSER_SCRIPT, file.toString())
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output.lines().toList();
    }
}
