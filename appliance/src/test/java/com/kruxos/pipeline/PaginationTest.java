package com.kruxos.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.FaultyHttpServer;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.JsonRpcWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Paginated lists: those that agents get, and those that servers return. */
@Timeout(180)
class PaginationTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int PAGE_BYTES = 4 << 20;

    /** Eleven elements are more than a page. */
    private static final int ELEMENT_LENGTH = 400_000;

    @TempDir
    Path folder;

    private TestAppliance trial;
    private FaultyHttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = FaultyHttpServer.start();
        trial = TestAppliance.start(
                folder.resolve("home"),
                Config.defaults()
                        .withPolicy(new Config.PolicyRules(
                                true, List.of(new Config.PolicyRule(false, "*", "far", "zz-blocked")))));
    }

    @AfterEach
    void stop() {
        trial.close();
        server.close();
    }

    private void addServer() {
        var added = trial.adminClient()
                .post("/servers", "{\"name\":\"far\",\"url\":\"" + server.url() + "\",\"prefix\":false}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState("far", "ready");
    }

    private static String element(FeatureKind kind, String key, int length) {
        return "{\"" + kind.keyMember() + "\":" + JsonRpcWriter.quote(key)
                + ",\"own\":9007199254740993,\"description\":\"" + "x".repeat(length) + "\"}";
    }

    private static JsonNode page(WebSocketAgent agent, FeatureKind kind, @Nullable String cursor) {
        var params = cursor == null ? "{}" : "{\"cursor\":" + JsonRpcWriter.quote(cursor) + "}";
        agent.sendRequest("\"p\"", kind.listMethod().wireName(), params);
        var text = agent.awaitResponse("\"p\"");
        assertThat(text.getBytes(UTF_8)).hasSizeLessThan(PAGE_BYTES + 2 * ELEMENT_LENGTH);
        var result = JSON.readTree(text).path("result");
        assertThat(result.isObject()).as("a page").isTrue();
        return result;
    }

    private static List<String> keys(FeatureKind kind, JsonNode page) {
        return page.path(kind.listMember())
                .valueStream()
                .map(element -> element.path(kind.keyMember()).asString())
                .toList();
    }

    private static @Nullable String nextCursor(JsonNode page) {
        return page.path("nextCursor").asString(null);
    }

    /** Fails when ListHandler makes one page, repeats the last element or skips the next. */
    @ParameterizedTest
    @EnumSource(FeatureKind.class)
    void aLongListIsPagedWithEachElementOnce(FeatureKind kind) {
        var wanted =
                IntStream.range(0, 30).mapToObj(n -> "item:n%02d".formatted(n)).toList();
        var elements = new ArrayList<>(wanted.reversed().stream()
                .map(key -> element(kind, key, ELEMENT_LENGTH))
                .toList());
        server.setList(kind, elements);
        addServer();
        try (var agent = trial.connectAgent("agent")) {
            var seen = new ArrayList<String>();
            var pages = 0;
            String cursor = null;
            do {
                var page = page(agent, kind, cursor);
                seen.addAll(keys(kind, page));
                cursor = nextCursor(page);
                pages++;
            } while (cursor != null && pages < 30);
            var expected = wanted.stream()
                    .map(key -> kind == FeatureKind.TOOL || kind == FeatureKind.PROMPT ? key.replace(':', '_') : key)
                    .toList();
            assertThat(seen.stream().map(key -> key.replaceFirst("_[0-9a-f]{8}$", "")))
                    .containsExactlyElementsOf(expected);
            assertThat(pages).isEqualTo(3);
        }
    }

    /** An element may be longer than a page. No page follows when only blocked elements are left. */
    @Test
    void aPageEndsAfterTheElementThatFillsIt() {
        server.setList(
                FeatureKind.TOOL,
                List.of(
                        element(FeatureKind.TOOL, "a", 10),
                        element(FeatureKind.TOOL, "b", PAGE_BYTES),
                        element(FeatureKind.TOOL, "c", 10),
                        element(FeatureKind.TOOL, "d", PAGE_BYTES),
                        element(FeatureKind.TOOL, "zz-blocked", 10)));
        addServer();
        try (var agent = trial.connectAgent("agent")) {
            var first = page(agent, FeatureKind.TOOL, null);
            assertThat(keys(FeatureKind.TOOL, first)).containsExactly("a", "b");
            var second = page(agent, FeatureKind.TOOL, nextCursor(first));
            assertThat(keys(FeatureKind.TOOL, second)).containsExactly("c", "d");
            assertThat(nextCursor(second)).isNull();
        }
    }

    /** Fails when the cursor of ListHandler counts elements instead of naming one. */
    @Test
    void aListThatChangesBetweenPagesLosesAndRepeatsNothing() {
        var names = IntStream.range(0, 20).mapToObj(n -> "n%02d".formatted(n)).toList();
        server.setList(
                FeatureKind.TOOL,
                names.stream()
                        .map(name -> element(FeatureKind.TOOL, name, ELEMENT_LENGTH))
                        .toList());
        addServer();
        try (var agent = trial.connectAgent("agent")) {
            var first = page(agent, FeatureKind.TOOL, null);
            var seen = new HashSet<>(keys(FeatureKind.TOOL, first));
            var last = keys(FeatureKind.TOOL, first).getLast();
            var later = new ArrayList<>(names);
            later.removeAll(List.of("n00", last));
            later.addAll(List.of("a-new", last + "-new", "z-new"));
            TestAppliance.await(() -> server.openStreamCount() == 1, () -> "the gateway to listen");
            server.setList(
                    FeatureKind.TOOL,
                    later.stream()
                            .map(name -> element(FeatureKind.TOOL, name, 10))
                            .toList());
            server.broadcast("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
            TestAppliance.await(
                    () -> keys(FeatureKind.TOOL, page(agent, FeatureKind.TOOL, null))
                            .contains("a-new"),
                    () -> "the list to be read");
            var second = page(agent, FeatureKind.TOOL, nextCursor(first));
            assertThat(keys(FeatureKind.TOOL, second))
                    .doesNotContainAnyElementsOf(seen)
                    .doesNotContain("a-new");
            seen.addAll(keys(FeatureKind.TOOL, second));
            assertThat(seen).containsAll(names).contains(last + "-new", "z-new");
            assertThat(nextCursor(second)).isNull();
        }
    }

    /** Fails when ListHandler does not check the cursor's mark, or accepts that of another list. */
    @Test
    void aCursorOfAnotherListIsRejected() {
        for (var kind : List.of(FeatureKind.TOOL, FeatureKind.PROMPT)) {
            server.setList(
                    kind,
                    IntStream.range(0, 12)
                            .mapToObj(n -> element(kind, "n%02d".formatted(n), ELEMENT_LENGTH))
                            .toList());
        }
        addServer();
        try (var agent = trial.connectAgent("agent")) {
            var ours = java.util.Objects.requireNonNull(nextCursor(page(agent, FeatureKind.TOOL, null)));
            var text = new String(Base64.getUrlDecoder().decode(ours), UTF_8);
            var bad = new ArrayList<>(List.of(
                    "\"bm9uc2Vuc2U\"",
                    "\"" + Base64.getUrlEncoder().encodeToString("n05".getBytes(UTF_8)) + "\"",
                    "\"" + ours + "=\"",
                    "\"" + ours + "!\"",
                    "\" " + ours + "\"",
                    "\""
                            + Base64.getUrlEncoder()
                                    .encodeToString(
                                            (text + "\u00ff").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))
                            + "\"",
                    "\"2\"",
                    "2",
                    "true",
                    "{\"cursor\":\"" + ours + "\"}",
                    "[\"" + ours + "\"]",
                    "\"" + "A".repeat(3 << 20) + "\""));
            for (var cursor : bad) {
                assertRejected(agent, FeatureKind.TOOL, cursor);
            }
            for (var other : List.of(FeatureKind.PROMPT, FeatureKind.RESOURCE, FeatureKind.TEMPLATE)) {
                assertRejected(agent, other, "\"" + ours + "\"");
            }
            assertRejected(agent, FeatureKind.TOOL, "\"" + nextCursor(page(agent, FeatureKind.PROMPT, null)) + "\"");
            assertThat(keys(FeatureKind.TOOL, page(agent, FeatureKind.TOOL, ours)))
                    .containsExactly("n11");
            for (var none : List.of("{\"cursor\":null}", "{\"other\":1}", "{}")) {
                assertThat(agent.request(3, "tools/list", none).path("result").path("tools"))
                        .hasSize(11);
            }
        }
    }

    private static void assertRejected(WebSocketAgent agent, FeatureKind kind, String cursor) {
        var answer = agent.request(2, kind.listMethod().wireName(), "{\"cursor\":" + cursor + "}");
        var shown = cursor.substring(0, Math.min(cursor.length(), 100));
        assertThat(answer.path("error").path("code").asInt()).as(shown).isEqualTo(-32602);
        assertThat(answer.path("error").path("data").path("hint").asString()).contains("without a cursor");
    }

    /** Fails when Handshake.list stops after a page, or changes the cursor. */
    @ParameterizedTest
    @EnumSource(FeatureKind.class)
    void allPagesOfAServerAreRead(FeatureKind kind) {
        var keys =
                IntStream.range(0, 25).mapToObj(n -> "item_n%02d".formatted(n)).toList();
        server.setList(kind, keys.stream().map(key -> element(kind, key, 10)).toList());
        server.setPageSize(4);
        addServer();
        assertThat(server.count(kind.listMethod().wireName())).isEqualTo(7);
        try (var agent = trial.connectAgent("agent")) {
            assertThat(keys(kind, page(agent, kind, null))).containsExactlyElementsOf(keys);
        }
    }

    /** Fails without the page limit in Handshake.list. */
    @Test
    void anEndlessToolListIsAbandonedAndReported() {
        server.makeEndless(FeatureKind.TOOL);
        var added = trial.adminClient().post("/servers", "{\"name\":\"far\",\"url\":\"" + server.url() + "\"}");
        assertThat(added.status()).isEqualTo(201);
        TestAppliance.await(
                () -> trial.adminClient().get("/servers/far/logs").body().contains("its list of tools does not end"),
                () -> "the list to be given up, " + server.count("tools/list") + " pages so far");
        assertThat(server.count("tools/list")).isGreaterThanOrEqualTo(1_000);
        try (var agent = trial.connectAgent("agent")) {
            assertThat(agent.request(1, "tools/list", "{}").path("result").path("tools"))
                    .isEmpty();
        }
    }

    /** Fails without the limits in Handshake.list: one list could use up the memory. */
    @ParameterizedTest
    @CsvSource({"10001, 1, 1000000", "10001, 1, 1000", "1601, 10500, 800", "1601, 10500, 100"})
    void anOverlongToolListIsAbandonedAndReported(int many, int size, int pages) {
        server.setList(FeatureKind.TOOL, elements(many, size));
        server.setPageSize(pages);
        trial.adminClient().post("/servers", "{\"name\":\"far\",\"url\":\"" + server.url() + "\"}");
        TestAppliance.await(
                () -> trial.adminClient()
                        .get("/servers/far/logs")
                        .body()
                        .contains("it lists more than 10000 tools, or more than 16 MiB of them"),
                () -> "the list to be given up, " + server.count("tools/list") + " pages so far");
    }

    @Test
    void aListBelowTheLimitIsAccepted() {
        server.setList(FeatureKind.TOOL, elements(1_580, 10_500));
        server.setPageSize(400);
        addServer();
        try (var agent = trial.connectAgent("agent")) {
            assertThat(keys(FeatureKind.TOOL, page(agent, FeatureKind.TOOL, null)))
                    .isNotEmpty();
        }
    }

    private static List<String> elements(int many, int size) {
        return IntStream.range(0, many)
                .mapToObj(n -> element(FeatureKind.TOOL, "item_n%05d".formatted(n), size))
                .toList();
    }

    /** The tools of such a server remain usable. */
    @Test
    void anEndlessPromptListIsLeftOut() {
        server.setList(FeatureKind.PROMPT, List.of(element(FeatureKind.PROMPT, "one", 10)));
        server.makeEndless(FeatureKind.PROMPT);
        addServer();
        assertThat(server.count("prompts/list")).isEqualTo(1_000);
        assertThat(trial.adminClient().get("/servers/far/logs").body()).contains("prompts are left out");
        try (var agent = trial.connectAgent("agent")) {
            assertThat(agent.request(1, "prompts/list", "{}").path("result").path("prompts"))
                    .isEmpty();
            assertThat(agent.callText(2, "count", "{}")).isEqualTo("1");
        }
    }
}
