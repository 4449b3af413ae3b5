package com.kruxos.street;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.OddHttpServer;
import com.kruxos.peers.RawAgent;
import com.kruxos.peers.Trial;
import com.kruxos.rpc.Kind;
import com.kruxos.rpc.Replies;
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

/** Lists in pages: those that agents get, and those that servers give. */
@Timeout(180)
class CursorsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int PAGE = 4 << 20;

    /** Of each element here; eleven of them are more than a page. */
    private static final int LENGTH = 400_000;

    @TempDir
    Path folder;

    private Trial trial;
    private OddHttpServer far;

    @BeforeEach
    void start() throws IOException {
        far = OddHttpServer.start();
        trial = Trial.start(
                folder.resolve("home"),
                Config.defaults()
                        .withPolicy(new Config.PolicyRules(
                                true, List.of(new Config.PolicyRule(false, "*", "far", "zz-blocked")))));
    }

    @AfterEach
    void stop() {
        trial.close();
        far.close();
    }

    private void add() {
        var added = trial.api().post("/servers", "{\"name\":\"far\",\"url\":\"" + far.url() + "\",\"prefix\":false}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState("far", "ready");
    }

    private static String element(Kind kind, String key, int length) {
        return "{\"" + kind.key() + "\":" + Replies.quoted(key) + ",\"own\":9007199254740993,\"description\":\""
                + "x".repeat(length) + "\"}";
    }

    private static JsonNode page(RawAgent agent, Kind kind, @Nullable String cursor) {
        var params = cursor == null ? "{}" : "{\"cursor\":" + Replies.quoted(cursor) + "}";
        agent.sendRequest("\"p\"", kind.listMethod(), params);
        var text = agent.answer("\"p\"");
        assertThat(text.getBytes(UTF_8)).hasSizeLessThan(PAGE + 2 * LENGTH);
        var result = JSON.readTree(text).path("result");
        assertThat(result.isObject()).as("a page").isTrue();
        return result;
    }

    private static List<String> keys(Kind kind, JsonNode page) {
        return page.path(kind.member())
                .valueStream()
                .map(element -> element.path(kind.key()).asString())
                .toList();
    }

    private static @Nullable String next(JsonNode page) {
        return page.path("nextCursor").asString(null);
    }

    /**
     * Red when Listing.answer cuts no page, when the next one begins at the last name of this one, or behind the next.
     */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void aLongListComesInPagesWithEachElementOnce(Kind kind) {
        var wanted =
                IntStream.range(0, 30).mapToObj(n -> "item:n%02d".formatted(n)).toList();
        var elements = new ArrayList<>(wanted.reversed().stream()
                .map(key -> element(kind, key, LENGTH))
                .toList());
        far.lists(kind, elements);
        add();
        try (var agent = trial.connected("agent")) {
            var seen = new ArrayList<String>();
            var pages = 0;
            String cursor = null;
            do {
                var page = page(agent, kind, cursor);
                seen.addAll(keys(kind, page));
                cursor = next(page);
                pages++;
            } while (cursor != null && pages < 30);
            var expected = wanted.stream()
                    .map(key -> kind == Kind.TOOL || kind == Kind.PROMPT ? key.replace(':', '_') : key)
                    .toList();
            assertThat(seen.stream().map(key -> key.replaceFirst("_[0-9a-f]{8}$", "")))
                    .containsExactlyElementsOf(expected);
            assertThat(pages).isEqualTo(3);
        }
    }

    /** One that is longer than a page; and where only what is blocked would follow, nothing does. */
    @Test
    void aPageIsCutBehindTheElementThatFillsIt() {
        far.lists(
                Kind.TOOL,
                List.of(
                        element(Kind.TOOL, "a", 10),
                        element(Kind.TOOL, "b", PAGE),
                        element(Kind.TOOL, "c", 10),
                        element(Kind.TOOL, "d", PAGE),
                        element(Kind.TOOL, "zz-blocked", 10)));
        add();
        try (var agent = trial.connected("agent")) {
            var first = page(agent, Kind.TOOL, null);
            assertThat(keys(Kind.TOOL, first)).containsExactly("a", "b");
            var second = page(agent, Kind.TOOL, next(first));
            assertThat(keys(Kind.TOOL, second)).containsExactly("c", "d");
            assertThat(next(second)).isNull();
        }
    }

    /** Red when Listing.answer counts elements instead of going by names. */
    @Test
    void aListThatChangesBetweenPagesLosesNothingAndRepeatsNothing() {
        var names = IntStream.range(0, 20).mapToObj(n -> "n%02d".formatted(n)).toList();
        far.lists(
                Kind.TOOL,
                names.stream().map(name -> element(Kind.TOOL, name, LENGTH)).toList());
        add();
        try (var agent = trial.connected("agent")) {
            var first = page(agent, Kind.TOOL, null);
            var seen = new HashSet<>(keys(Kind.TOOL, first));
            var last = keys(Kind.TOOL, first).getLast();
            var later = new ArrayList<>(names);
            later.removeAll(List.of("n00", last));
            later.addAll(List.of("a-new", last + "-new", "z-new"));
            Trial.await(() -> far.listeners() == 1, () -> "the gateway to listen");
            far.lists(
                    Kind.TOOL,
                    later.stream().map(name -> element(Kind.TOOL, name, 10)).toList());
            far.tell("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
            Trial.await(
                    () -> keys(Kind.TOOL, page(agent, Kind.TOOL, null)).contains("a-new"), () -> "the list to be read");
            var second = page(agent, Kind.TOOL, next(first));
            assertThat(keys(Kind.TOOL, second))
                    .doesNotContainAnyElementsOf(seen)
                    .doesNotContain("a-new");
            seen.addAll(keys(Kind.TOOL, second));
            assertThat(seen).containsAll(names).contains(last + "-new", "z-new");
            assertThat(next(second)).isNull();
        }
    }

    /** Red when Listing.after does not look for the mark, or takes that of another list. */
    @Test
    void aCursorThatIsNotOfThisListIsRefused() {
        for (var kind : List.of(Kind.TOOL, Kind.PROMPT)) {
            far.lists(
                    kind,
                    IntStream.range(0, 12)
                            .mapToObj(n -> element(kind, "n%02d".formatted(n), LENGTH))
                            .toList());
        }
        add();
        try (var agent = trial.connected("agent")) {
            var ours = java.util.Objects.requireNonNull(next(page(agent, Kind.TOOL, null)));
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
                refused(agent, Kind.TOOL, cursor);
            }
            for (var other : List.of(Kind.PROMPT, Kind.RESOURCE, Kind.TEMPLATE)) {
                refused(agent, other, "\"" + ours + "\"");
            }
            refused(agent, Kind.TOOL, "\"" + next(page(agent, Kind.PROMPT, null)) + "\"");
            assertThat(keys(Kind.TOOL, page(agent, Kind.TOOL, ours))).containsExactly("n11");
            for (var none : List.of("{\"cursor\":null}", "{\"other\":1}", "{}")) {
                assertThat(agent.ask(3, "tools/list", none).path("result").path("tools"))
                        .hasSize(11);
            }
        }
    }

    private static void refused(RawAgent agent, Kind kind, String cursor) {
        var answer = agent.ask(2, kind.listMethod(), "{\"cursor\":" + cursor + "}");
        var shown = cursor.substring(0, Math.min(cursor.length(), 100));
        assertThat(answer.path("error").path("code").asInt()).as(shown).isEqualTo(-32602);
        assertThat(answer.path("error").path("data").path("hint").asString()).contains("without a cursor");
    }

    /** Red when Handshake.list does not ask for the next page, or not with the cursor as the server wrote it. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void allPagesOfAServerAreRead(Kind kind) {
        var keys =
                IntStream.range(0, 25).mapToObj(n -> "item_n%02d".formatted(n)).toList();
        far.lists(kind, keys.stream().map(key -> element(kind, key, 10)).toList());
        far.pages(4);
        add();
        assertThat(far.count(kind.listMethod())).isEqualTo(7);
        try (var agent = trial.connected("agent")) {
            assertThat(keys(kind, page(agent, kind, null))).containsExactlyElementsOf(keys);
        }
    }

    /** Red without the bound in Handshake.list. */
    @Test
    void aListOfToolsWithoutEndIsGivenUpAndSaidToBeOne() {
        far.endless(Kind.TOOL);
        var added = trial.api().post("/servers", "{\"name\":\"far\",\"url\":\"" + far.url() + "\"}");
        assertThat(added.status()).isEqualTo(201);
        Trial.await(
                () -> trial.api().get("/servers/far/logs").body().contains("its list of tools does not end"),
                () -> "the list to be given up, " + far.count("tools/list") + " pages so far");
        assertThat(far.count("tools/list")).isGreaterThanOrEqualTo(1_000);
        try (var agent = trial.connected("agent")) {
            assertThat(agent.ask(1, "tools/list", "{}").path("result").path("tools"))
                    .isEmpty();
        }
    }

    /** Red without the limits that Handshake.list gives for a page: a server's list could be all that we can keep. */
    @ParameterizedTest
    @CsvSource({"10001, 1, 1000000", "10001, 1, 1000", "1601, 10500, 800", "1601, 10500, 100"})
    void aListOfToolsThatIsTooLongIsGivenUpAndSaidToBeOne(int many, int size, int pages) {
        far.lists(Kind.TOOL, elements(many, size));
        far.pages(pages);
        trial.api().post("/servers", "{\"name\":\"far\",\"url\":\"" + far.url() + "\"}");
        Trial.await(
                () -> trial.api()
                        .get("/servers/far/logs")
                        .body()
                        .contains("it lists more than 10000 tools, or more than 16 MiB of them"),
                () -> "the list to be given up, " + far.count("tools/list") + " pages so far");
    }

    @Test
    void aLongListIsNoneThatIsTooLong() {
        far.lists(Kind.TOOL, elements(1_580, 10_500));
        far.pages(400);
        add();
        try (var agent = trial.connected("agent")) {
            assertThat(keys(Kind.TOOL, page(agent, Kind.TOOL, null))).isNotEmpty();
        }
    }

    private static List<String> elements(int many, int size) {
        return IntStream.range(0, many)
                .mapToObj(n -> element(Kind.TOOL, "item_n%05d".formatted(n), size))
                .toList();
    }

    /** The same of prompts: the tools of such a server are of use all the same. */
    @Test
    void aListOfPromptsWithoutEndIsLeftOut() {
        far.lists(Kind.PROMPT, List.of(element(Kind.PROMPT, "one", 10)));
        far.endless(Kind.PROMPT);
        add();
        assertThat(far.count("prompts/list")).isEqualTo(1_000);
        assertThat(trial.api().get("/servers/far/logs").body()).contains("prompts are left out");
        try (var agent = trial.connected("agent")) {
            assertThat(agent.ask(1, "prompts/list", "{}").path("result").path("prompts"))
                    .isEmpty();
            assertThat(agent.callText(2, "count", "{}")).isEqualTo("1");
        }
    }
}
