package com.kruxos.street;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.OddHttpServer;
import com.kruxos.peers.RawAgent;
import com.kruxos.peers.Trial;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Resources that agents follow: what the server hears of it, and who hears that one has changed. */
@Timeout(180)
class FollowingTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ONE = "watch://one";
    private static final String TWO = "watch://two";
    private static final String THREE = "watch://three";

    @TempDir
    Path folder;

    private Trial trial;
    private OddHttpServer far;

    @BeforeEach
    void start() throws IOException {
        far = OddHttpServer.start();
        far.resources(List.of(ONE, TWO, THREE, "watch://refused"));
        trial = Trial.start(folder.resolve("home"));
    }

    @AfterEach
    void stop() {
        trial.close();
        far.close();
    }

    private void add(String name, OddHttpServer server, String more) {
        var added = trial.api()
                .post("/servers", "{\"name\":\"" + name + "\",\"url\":\"" + server.url() + "\"" + more + "}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState(name, "ready");
        Trial.await(() -> server.listeners() == 1, () -> "the gateway to listen");
    }

    private HttpAgent http(String name) {
        var agent = new HttpAgent(trial.port(), trial.agent(name));
        assertThat(agent.hello().status()).isEqualTo(200);
        return agent;
    }

    private static JsonNode follow(RawAgent agent, String uri) {
        return agent.ask("\"f\"", "resources/subscribe", "{\"uri\":\"" + uri + "\"}");
    }

    private static JsonNode leave(RawAgent agent, String uri) {
        return agent.ask("\"l\"", "resources/unsubscribe", "{\"uri\":\"" + uri + "\"}");
    }

    private static JsonNode follow(HttpAgent agent, String uri) {
        return agent.post("{\"jsonrpc\":\"2.0\",\"id\":\"f\",\"method\":\"resources/subscribe\",\"params\":{\"uri\":\""
                        + uri + "\"}}")
                .json();
    }

    private static void taken(JsonNode answer) {
        assertThat(answer.path("result").isObject()).as(answer.toString()).isTrue();
    }

    /** The next update that comes, and under which URI. */
    private static String updated(RawAgent agent) {
        return uri(agent.next(FollowingTest::isUpdate));
    }

    private static String updated(InputStream stream) {
        while (true) {
            var data = HttpAgent.event(stream).data();
            if (isUpdate(data)) {
                return uri(data);
            }
        }
    }

    private static boolean isUpdate(String message) {
        return message.contains("notifications/resources/updated");
    }

    /** What else the server says about it comes as it was said. */
    private static String uri(String update) {
        assertThat(update).contains("\"own\":9007199254740993");
        return JSON.readTree(update).path("params").path("uri").asString();
    }

    /** Red without the look at others in Following.subscribe and in Following.unsubscribe. */
    @Test
    void theServerHearsOfTheFirstFollowerAndOfTheLast() {
        add("far", far, "");
        try (var first = trial.connected("first");
                var second = http("second");
                var third = trial.connected("third")) {
            taken(follow(first, ONE));
            taken(follow(second, ONE));
            taken(follow(third, ONE));
            assertThat(far.following()).containsExactly("subscribe " + ONE);
            taken(leave(first, ONE));
            taken(leave(third, ONE));
            assertThat(far.following()).hasSize(1);
            assertThat(second.delete().status()).isEqualTo(204);
            Trial.await(() -> far.following().size() == 2, () -> "the server to hear that nobody follows");
            assertThat(far.following()).containsExactly("subscribe " + ONE, "unsubscribe " + ONE);
            assertThat(trial.records().stream()
                            .filter(record -> record.path("kind").asString().equals("call.opened")))
                    .as("each is recorded, also where the server hears nothing")
                    .hasSize(5);
        }
    }

    /**
     * Red when Subscriptions.updated tells all it knows instead of those that follow this one, without the removal in
     * Subscriptions.remove, and without the send in HttpTalk.
     */
    @Test
    void anUpdateReachesThoseThatFollowAndNobodyElse() throws IOException {
        add("far", far, "");
        try (var socket = trial.connected("socket");
                var http = http("http");
                var left = trial.connected("left");
                var bystander = trial.connected("bystander");
                var httpBystander = http("http-bystander");
                var stream = http.listen(null).body();
                var bystanding = httpBystander.listen(null).body()) {
            taken(follow(socket, ONE));
            taken(follow(http, ONE));
            taken(follow(left, ONE));
            taken(leave(left, ONE));
            for (var uri : List.of(TWO, THREE)) {
                taken(follow(left, uri));
                taken(follow(bystander, uri));
                taken(follow(httpBystander, uri));
            }
            // Whatever the first made come would have come before the others.
            List.of(ONE, TWO, THREE).forEach(uri -> far.changed(uri, uri));
            assertThat(updated(socket)).isEqualTo(ONE);
            assertThat(updated(stream)).isEqualTo(ONE);
            for (var uri : List.of(TWO, THREE)) {
                assertThat(updated(left)).isEqualTo(uri);
                assertThat(updated(bystander)).isEqualTo(uri);
                assertThat(updated(bystanding)).isEqualTo(uri);
            }
        }
    }

    /**
     * Red when Subscriptions.updated names a resource below one that is followed as the server does: that would be the
     * other server's.
     */
    @Test
    void anUpdateNamesTheResourceAsTheAgentDoes() throws IOException {
        try (var other = OddHttpServer.start();
                var agent = trial.connected("agent");
                var ofTheOther = trial.connected("of-the-other")) {
            other.resources(List.of(ONE, "watch://\"größe\"/"));
            add("far", far, "");
            add("other", other, "");
            var wrapped = "kruxos+other:" + ONE;
            assertThat(agent.ask(1, "resources/list", "{}").toString()).contains(ONE, wrapped);
            taken(follow(agent, ONE));
            taken(follow(ofTheOther, wrapped));
            taken(follow(ofTheOther, "watch://\\\"gr\\u00f6\\u00dfe\\\"/"));
            assertThat(other.following())
                    .as("each server is asked in its own words")
                    .containsExactly("subscribe " + ONE, "subscribe watch://\"größe\"/");
            other.changed(ONE, ONE);
            other.changed(ONE, ONE + "/part");
            other.changed(ONE, ONE + "more");
            other.changed(ONE, "watch://\"größe\"/part");
            other.changed(ONE, "watch://\"größe\"/");
            assertThat(List.of(updated(ofTheOther), updated(ofTheOther), updated(ofTheOther), updated(ofTheOther)))
                    .containsExactly(wrapped, wrapped + "/part", "watch://\"größe\"/part", "watch://\"größe\"/");
            far.changed(ONE, ONE + "/part");
            assertThat(updated(agent)).isEqualTo(ONE + "/part");
        }
    }

    /** Red without session.whenEnded in Servers.follow. */
    @Test
    void howeverAFollowerEndsTheServerHearsOfIt() {
        var uris = IntStream.range(0, 4).mapToObj(n -> "watch://" + n).toList();
        far.resources(uris);
        add("far", far, "");
        try (var vanishes = trial.connected("vanishes");
                var leaves = trial.connected("leaves");
                var revoked = trial.connected("revoked");
                var deletes = http("deletes")) {
            taken(follow(vanishes, uris.get(0)));
            taken(follow(leaves, uris.get(1)));
            taken(follow(revoked, uris.get(2)));
            taken(follow(deletes, uris.get(3)));
            assertThat(uris).allMatch(uri -> far.followers(uri).size() == 1);
            vanishes.vanish();
            leaves.leave();
            assertThat(trial.api().post("/agents/revoked/revoke", "{}").status())
                    .isEqualTo(200);
            deletes.delete();
            Trial.await(
                    () -> uris.stream().allMatch(uri -> far.followers(uri).isEmpty()),
                    () -> "all to be left, so far " + far.following());
        }
    }

    /** Red without the look at all subscriptions in Wishes.tell. */
    @Test
    void theNextSessionAtAServerThatForgotThisOneIsSubscribedAnew() {
        add("far", far, "");
        try (var agent = trial.connected("agent")) {
            taken(follow(agent, ONE));
            var before = far.followers(ONE);
            far.forgetSessions(404);
            // Nobody calls: that the session is gone shows on the stream on which the updates would come.
            Trial.await(() -> far.followers(ONE).size() == 1, () -> "the next session to follow");
            assertThat(far.followers(ONE)).doesNotContainAnyElementsOf(before);
            Trial.await(() -> far.listeners() == 1, () -> "the gateway to listen");
            far.changed(ONE, ONE);
            assertThat(updated(agent)).isEqualTo(ONE);
            taken(leave(agent, ONE));
            assertThat(far.followers(ONE)).isEmpty();
        }
    }

    /** The same on a pipe. */
    @Test
    void theNextProcessIsSubscribedAnew() {
        var effects = folder.resolve("effects.log");
        trial.oddServer("odd", Map.of(), Map.of("ODD_LOG", effects.toString(), "ODD_RESOURCE", ONE));
        try (var agent = trial.connected("agent")) {
            taken(follow(agent, ONE));
            agent.call(1, "odd__crash", "{}");
            Trial.await(
                    () -> Trial.lines(effects).stream()
                                    .filter(("resources/subscribe " + ONE)::equals)
                                    .count()
                            == 2,
                    () -> "the next process to be asked: " + Trial.lines(effects));
            agent.sendCall(2, "odd__touch", "{}");
            assertThat(agent.next(FollowingTest::isUpdate)).contains(ONE);
        }
    }

    /** Red when Servers.setEnabled gives the server that comes back no subscriptions. */
    @Test
    void aChangedSecretAndAServerSwitchedOffAndOnTakeNobodysSubscription() {
        trial.secret("far/token", "the-first-value");
        add("far", far, ",\"headers\":{\"X-Token\":\"{secret:far/token}\"}");
        try (var agent = trial.connected("agent");
                var leaver = trial.connected("leaver")) {
            taken(follow(agent, ONE));
            taken(follow(leaver, TWO));
            var before = far.followers(ONE);
            trial.secret("far/token", "the-second-value");
            Trial.await(
                    () -> far.followers(ONE).size() == 1 && !far.followers(ONE).equals(before),
                    () -> "the next session to follow, and the old one to end");

            trial.api().post("/servers/far/disable", "{}");
            assertThat(far.followers(ONE)).isEmpty();
            trial.api().post("/servers/far/enable", "{}");
            Trial.await(
                    () -> far.followers(ONE).size() == 1 && far.followers(TWO).size() == 1,
                    () -> "the server that came back to be asked");
            Trial.await(() -> far.listeners() == 1, () -> "the gateway to listen");
            far.changed(ONE, ONE);
            assertThat(updated(agent)).isEqualTo(ONE);
            leaver.vanish();
            Trial.await(() -> far.followers(TWO).isEmpty(), () -> "the server that came back to hear who left");
            taken(leave(agent, ONE));
            assertThat(far.followers(ONE)).isEmpty();
        }
    }

    /** Red when Wishes asks for more at once than a connection takes. */
    @Test
    void allOfManyAreSubscribedAnewAndLeft() {
        var uris = IntStream.range(0, 600).mapToObj(n -> "watch://" + n).toList();
        far.resources(uris);
        add("far", far, "");
        try (var agent = trial.connected("agent")) {
            uris.forEach(uri -> taken(follow(agent, uri)));
            far.hold("resources/subscribe");
            far.forgetSessions(404);
            Trial.await(() -> far.count("resources/subscribe") > 600, () -> "the next session to be asked");
            far.release("resources/subscribe");
            Trial.await(() -> followed(uris) == 600, () -> "all to be followed again, there are " + followed(uris));
            far.hold("resources/unsubscribe");
            agent.vanish();
            Trial.await(() -> far.count("resources/unsubscribe") > 0, () -> "the server to hear of it");
            far.release("resources/unsubscribe");
            Trial.await(() -> followed(uris) == 0, () -> "all to be left, there are " + followed(uris));
        }
    }

    private long followed(List<String> uris) {
        return uris.stream().filter(uri -> !far.followers(uri).isEmpty()).count();
    }

    /** Red without the agent's share in Subscriptions.add. */
    @Test
    void oneAgentCannotFollowSoMuchThatNothingIsLeftForOthers() {
        add("far", far, "");
        try (var greedy = trial.connected("greedy");
                var other = trial.connected("other");
                var long_ = trial.connected("long")) {
            for (var n = 0; n < 1_000; n++) {
                taken(follow(greedy, "watch://many/" + n));
            }
            var refused = follow(greedy, ONE);
            assertThat(refused.path("error").path("code").asInt()).isEqualTo(-32003);
            assertThat(refused.path("error").path("data").path("error").asString())
                    .isEqualTo("too_many_subscriptions");
            assertThat(refused.path("error").path("data").path("hint").asString())
                    .contains("unsubscribe");
            assertThat(far.followers(ONE)).as("the server hears nothing of it").isEmpty();
            taken(follow(greedy, "watch://many/7"));
            taken(follow(other, ONE));
            taken(leave(greedy, "watch://many/7"));
            taken(follow(greedy, TWO));

            taken(follow(long_, "watch://" + "x".repeat(900_000)));
            assertThat(follow(long_, "watch://" + "y".repeat(900_000)).toString())
                    .contains("too_many_subscriptions");
        }
    }

    /** Red when Following.subscribe counts one the server has refused as a follower. */
    @Test
    void whatTheServerRefusesIsNotFollowed() {
        add("far", far, "");
        try (var first = trial.connected("first");
                var second = trial.connected("second")) {
            for (var agent : List.of(first, second)) {
                var answer = follow(agent, "watch://refused");
                assertThat(answer.path("error").path("code").asInt()).isEqualTo(-32042);
                assertThat(answer.toString()).contains("not to be followed");
            }
            assertThat(far.following()).as("each is asked for itself").hasSize(2);
            taken(follow(first, TWO));
            var session = Set.copyOf(far.followers(TWO)).iterator().next();
            far.changedFor(session, "watch://refused");
            far.changedFor(session, TWO);
            assertThat(updated(first)).isEqualTo(TWO);
        }
    }

    /** Red when Following.subscribe takes a subscription that is still on its way for one. */
    @Test
    void whoFollowsWhileTheFirstIsNotAnsweredYetIsToldWhatTheServerSays() {
        add("far", far, "");
        try (var first = trial.connected("first");
                var second = trial.connected("second")) {
            far.hold("resources/subscribe");
            first.sendRequest(1, "resources/subscribe", "{\"uri\":\"watch://refused\"}");
            Trial.await(() -> far.count("resources/subscribe") == 1, () -> "the first to be asked for");
            second.sendRequest(1, "resources/subscribe", "{\"uri\":\"watch://refused\"}");
            Trial.await(() -> far.count("resources/subscribe") == 2, () -> "the second to be asked for");
            far.release("resources/subscribe");
            assertThat(first.answer(1)).contains("-32042");
            assertThat(second.answer(1)).contains("-32042");
        }
    }

    /** Red without the look back in Following.unsubscribe, and the one in Wishes.left. */
    @Test
    void whoComesWhileTheLastOneLeavesIsNotForgotten() {
        add("far", far, "");
        try (var agent = trial.connected("agent");
                var vanishes = trial.connected("vanishes");
                var comer = trial.connected("comer")) {
            taken(follow(agent, ONE));
            taken(follow(vanishes, TWO));
            far.hold("resources/unsubscribe");
            agent.sendRequest(2, "resources/unsubscribe", "{\"uri\":\"" + ONE + "\"}");
            vanishes.vanish();
            Trial.await(() -> far.count("resources/unsubscribe") == 2, () -> "the server to hear who leaves");
            taken(follow(comer, ONE));
            taken(follow(comer, TWO));
            far.release("resources/unsubscribe");
            agent.answer(2);
            Trial.await(
                    () -> far.following().size() == 8
                            && far.followers(ONE).size() == 1
                            && far.followers(TWO).size() == 1,
                    () -> "it to be followed again: " + far.following());
        }
    }

    /** Red when Servers.follow uses the shared life, which follows for everybody. */
    @Test
    void whereEachAgentHasALifeOfItsOwnEachFollowsForItself() {
        var effects = new ArrayList<Set<String>>();
        var added = trial.api()
                .post("/servers", "{\"name\":\"far\",\"url\":\"" + far.url() + "\",\"sessions\":\"per-agent\"}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState("far", "ready");
        try (var first = trial.connected("first");
                var second = trial.connected("second")) {
            for (var agent : List.of(first, second)) {
                taken(follow(agent, ONE));
                effects.add(far.followers(ONE));
            }
            assertThat(effects.getFirst()).hasSize(1);
            assertThat(effects.getLast()).hasSize(2).containsAll(effects.getFirst());
            taken(follow(first, TWO));
            taken(follow(second, TWO));
            Trial.await(() -> far.listeners() == 3, () -> "the gateway to listen for each, and for the lists");
            var ofTheFirst = effects.getFirst().iterator().next();
            far.changedFor(ofTheFirst, ONE);
            far.changed(TWO, TWO);
            assertThat(updated(first)).isEqualTo(ONE);
            assertThat(updated(first)).isEqualTo(TWO);
            assertThat(updated(second)).isEqualTo(TWO);
            first.vanish();
            Trial.await(() -> !far.followers(ONE).contains(ofTheFirst), () -> "the first one's session to end");
            assertThat(far.followers(ONE)).hasSize(1);
        }
    }

    /** Red without {@code rest} or {@code wake} in Servers.setEnabled. */
    @Test
    void aServerOfEachAgentsOwnIsFollowedAgainWhenItIsSwitchedOn() {
        var added = trial.api()
                .post("/servers", "{\"name\":\"far\",\"url\":\"" + far.url() + "\",\"sessions\":\"per-agent\"}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState("far", "ready");
        try (var agent = trial.connected("agent");
                var leaver = trial.connected("leaver");
                var other = trial.connected("other")) {
            taken(follow(agent, ONE));
            taken(follow(leaver, ONE));
            taken(follow(other, TWO));
            taken(leave(other, TWO));
            trial.api().post("/servers/far/disable", "{}");
            Trial.await(() -> far.followers(ONE).isEmpty(), () -> "each agent's session to end");
            leaver.vanish();
            Trial.await(
                    () -> trial.api().get("/sessions").json().path("items").size() == 2,
                    () -> "the gateway to notice who left");
            trial.api().post("/servers/far/enable", "{}");
            Trial.await(() -> far.followers(ONE).size() == 1, () -> "the agent's next session to follow");
            Trial.await(() -> far.listeners() == 2, () -> "the gateway to listen for it, and for the lists");
            far.changed(ONE, ONE);
            assertThat(updated(agent)).isEqualTo(ONE);
            assertThat(far.listeners()).as("none for who follows nothing").isEqualTo(2);
            agent.vanish();
            Trial.await(() -> far.followers(ONE).isEmpty(), () -> "its session to end with the agent's");
        }
    }
}
