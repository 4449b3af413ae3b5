package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.FaultyHttpServer;
import com.kruxos.peers.TestAppliance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A completion is authorized by the prompt or resource it refers to. */
@Timeout(60)
class CompletionTest {
    private FaultyHttpServer odd;
    private TestAppliance trial;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        odd = FaultyHttpServer.start();
        odd.setCompletable(List.of("greet"), List.of("secret://{id}", "open://{id}"));
        trial = TestAppliance.start(
                folder.resolve("home"),
                Config.defaults()
                        .withPolicy(new Config.PolicyRules(
                                true, List.of(new Config.PolicyRule(false, "*", "odd", "secret://*")))));
        assertThat(trial.adminClient()
                        .post("/servers", "{\"name\":\"odd\",\"url\":\"" + odd.url() + "\"}")
                        .status())
                .isEqualTo(201);
        trial.awaitState("odd", "ready");
    }

    @AfterEach
    void stop() {
        trial.close();
        odd.close();
    }

    @Test
    void aCompletionReachesTheServerUnchanged() {
        try (var agent = trial.connectAgent("asker")) {
            var prompt = completionOf(agent.request(
                    1,
                    "completion/complete",
                    "{\"ref\":{\"name\":\"odd__greet\",\"own\":1.50,\"type\":\"ref/prompt\"},\"argument\":{}}"));
            assertThat(prompt)
                    .contains("\"params\":{\"ref\":{\"name\":\"greet\",\"own\":1.50,\"type\":\"ref/prompt\"},"
                            + "\"argument\":{}}");
            var template = completionOf(agent.request(
                    2, "completion/complete", "{\"ref\":{\"type\":\"ref/resource\",\"uri\":\"open://{id}\"}}"));
            assertThat(template).contains("\"ref\":{\"type\":\"ref/resource\",\"uri\":\"open://{id}\"}");
            assertThat(odd.count("completion/complete")).isEqualTo(2);
        }
    }

    /** Fails when JsonRpcReader accepts a prompt name where a server may read the URI of a blocked template. */
    @Test
    void anAmbiguousReferenceIsRejected() {
        try (var agent = trial.connectAgent("two-faced")) {
            var id = 0;
            for (var ref : List.of(
                    "{\"type\":\"ref/resource\",\"name\":\"odd__greet\",\"uri\":\"secret://{id}\"}",
                    "{\"type\":\"ref/prompt\",\"name\":\"odd__greet\",\"uri\":\"secret://{id}\"}",
                    "{\"type\":\"ref/resource\",\"name\":\"odd__greet\"}",
                    "{\"type\":\"ref/prompt\",\"uri\":\"open://{id}\"}",
                    "{\"name\":\"odd__greet\"}")) {
                var answer = agent.request(++id, "completion/complete", "{\"ref\":" + ref + "}");
                assertThat(errorCode(answer)).as(ref).isEqualTo(-32602);
            }
            assertThat(errorCode(agent.request(
                            ++id,
                            "completion/complete",
                            "{\"ref\":{\"type\":\"ref/resource\",\"uri\":\"secret://{id}\"}}")))
                    .as("what a rule blocks")
                    .isEqualTo(-32003);
            assertThat(odd.count("completion/complete")).isZero();
            assertThat(trial.auditRecords().stream()
                            .filter(record -> record.path("kind").asString().equals("call.refused")))
                    .as("each is recorded")
                    .hasSize(id);
        }
    }

    /** Fails when CallRefusal treats every completion as one of a resource. */
    @Test
    void anUnknownPromptIsAnInvalidParamsError() {
        try (var agent = trial.connectAgent("guesser")) {
            assertThat(errorCode(agent.request(
                            1, "completion/complete", "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"odd__nothing\"}}")))
                    .isEqualTo(-32602);
            assertThat(odd.count("completion/complete")).isZero();
        }
    }

    private static String completionOf(JsonNode answer) {
        return answer.path("result").path("completion").path("values").path(0).asString("");
    }

    private static int errorCode(JsonNode answer) {
        return answer.path("error").path("code").asInt();
    }
}
