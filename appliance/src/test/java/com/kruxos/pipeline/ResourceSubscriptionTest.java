package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.FaultyHttpServer;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
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

/** Resource subscriptions: what the server is told, and which agents get updates. */
@Timeout(180)
class ResourceSubscriptionTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ONE = "watch://one";
    private static final String TWO = "watch://two";
    private static final String THREE = "watch://three";

    @TempDir
    Path folder;

    private TestAppliance trial;
    private FaultyHttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = FaultyHttpServer.start();
        server.setResources(List.of(ONE, TWO, THREE, "watch://refused"));
        trial = TestAppliance.start(folder.resolve("home"));
    }

    @AfterEach
    void stop() {
        trial.close();
        server.close();
    }

    private void addServer(String name, FaultyHttpServer server, String more) {
        var added = trial.adminClient()
                .post("/servers", "{\"name\":\"" + name + "\",\"url\":\"" + server.url() + "\"" + more + "}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState(name, "ready");
        TestAppliance.await(() -> server.openStreamCount() == 1, () -> "the gateway to listen");
    }

    private HttpAgent httpAgent(String name) {
        var agent = new HttpAgent(trial.port(), trial.createAgent(name));
        assertThat(agent.initialize().status()).isEqualTo(200);
        return agent;
    }

    private static JsonNode subscribe(WebSocketAgent agent, String uri) {
        return agent.request("\"f\"", "resources/subscribe", "{\"uri\":\"" + uri + "\"}");
    }

    private static JsonNode unsubscribe(WebSocketAgent agent, String uri) {
        return agent.request("\"l\"", "resources/unsubscribe", "{\"uri\":\"" + uri + "\"}");
    }

    private static JsonNode subscribe(HttpAgent agent, String uri) {
        return agent.post("{\"jsonrpc\":\"2.0\",\"id\":\"f\",\"method\":\"resources/subscribe\",\"params\":{\"uri\":\""
                        + uri + "\"}}")
                .json();
    }

    private static void assertAccepted(JsonNode answer) {
        assertThat(answer.path("result").isObject()).as(answer.toString()).isTrue();
    }

    /** The URI of the next update. */
    private static String nextUpdate(WebSocketAgent agent) {
        // Other members of the notification are unchanged.
        return uri(agent.awaitMessage(ResourceSubscriptionTest::isUpdate));
    }

    private static String nextUpdate(InputStream stream) {
        while (true) {
            var data = HttpAgent.readEvent(stream).data();
            if (isUpdate(data)) {
                return uri(data);
            }
        }
    }

    private static boolean isUpdate(String message) {
        return message.contains("notifications/resources/updated");
    }

    // Other members of the notification are unchanged.
    private static String uri(String update) {
        assertThat(update).contains("\"own\":9007199254740993");
        return JSON.readTree(update).path("params").path("uri").asString();
    }

    /** Fails when SubscriptionHandler ignores other subscribers. */
    @Test
    void onlyTheFirstSubscriberSubscribesAndTheLastUnsubscribes() {
        addServer("far", server, "");
        try (var first = trial.connectAgent("first");
                var second = httpAgent("second");
                var third = trial.connectAgent("third")) {
            assertAccepted(subscribe(first, ONE));
            assertAccepted(subscribe(second, ONE));
            assertAccepted(subscribe(third, ONE));
            assertThat(server.subscriptionRequests()).containsExactly("subscribe " + ONE);
            assertAccepted(unsubscribe(first, ONE));
            assertAccepted(unsubscribe(third, ONE));
            assertThat(server.subscriptionRequests()).hasSize(1);
            assertThat(second.delete().status()).isEqualTo(204);
            TestAppliance.await(
                    () -> server.subscriptionRequests().size() == 2,
                    () -> "the server to be told of the last unsubscribe");
            assertThat(server.subscriptionRequests()).containsExactly("subscribe " + ONE, "unsubscribe " + ONE);
            assertThat(trial.auditRecords().stream()
                            .filter(record -> record.path("kind").asString().equals("call.opened")))
                    .as("each is recorded, even when the server is not told")
                    .hasSize(5);
        }
    }

    /**
     * Fails when Subscriptions.forwardUpdate notifies all sessions, when Subscriptions.remove removes nothing, and when
     * McpHttpSession does not send.
     */
    @Test
    void anUpdateReachesOnlySubscribers() throws IOException {
        addServer("far", server, "");
        try (var socket = trial.connectAgent("socket");
                var http = httpAgent("http");
                var left = trial.connectAgent("left");
                var bystander = trial.connectAgent("bystander");
                var httpBystander = httpAgent("http-bystander");
                var stream = http.openStream(null).body();
                var bystanding = httpBystander.openStream(null).body()) {
            assertAccepted(subscribe(socket, ONE));
            assertAccepted(subscribe(http, ONE));
            assertAccepted(subscribe(left, ONE));
            assertAccepted(unsubscribe(left, ONE));
            for (var uri : List.of(TWO, THREE)) {
                assertAccepted(subscribe(left, uri));
                assertAccepted(subscribe(bystander, uri));
                assertAccepted(subscribe(httpBystander, uri));
            }
            // A misrouted first update would arrive before the others.
            List.of(ONE, TWO, THREE).forEach(uri -> server.sendUpdated(uri, uri));
            assertThat(nextUpdate(socket)).isEqualTo(ONE);
            assertThat(nextUpdate(stream)).isEqualTo(ONE);
            for (var uri : List.of(TWO, THREE)) {
                assertThat(nextUpdate(left)).isEqualTo(uri);
                assertThat(nextUpdate(bystander)).isEqualTo(uri);
                assertThat(nextUpdate(bystanding)).isEqualTo(uri);
            }
        }
    }

    /**
     * Fails when Subscriptions.forwardUpdate uses the server's URI for a sub-resource, which may be that of another
     * server.
     */
    @Test
    void anUpdateUsesTheUriTheAgentSubscribedWith() throws IOException {
        try (var other = FaultyHttpServer.start();
                var agent = trial.connectAgent("agent");
                var ofTheOther = trial.connectAgent("of-the-other")) {
            other.setResources(List.of(ONE, "watch://\"größe\"/"));
            addServer("far", server, "");
            addServer("other", other, "");
            var wrapped = "kruxos+other:" + ONE;
            assertThat(agent.request(1, "resources/list", "{}").toString()).contains(ONE, wrapped);
            assertAccepted(subscribe(agent, ONE));
            assertAccepted(subscribe(ofTheOther, wrapped));
            assertAccepted(subscribe(ofTheOther, "watch://\\\"gr\\u00f6\\u00dfe\\\"/"));
            assertThat(other.subscriptionRequests())
                    .as("each server is asked in its own words")
                    .containsExactly("subscribe " + ONE, "subscribe watch://\"größe\"/");
            other.sendUpdated(ONE, ONE);
            other.sendUpdated(ONE, ONE + "/part");
            other.sendUpdated(ONE, ONE + "more");
            other.sendUpdated(ONE, "watch://\"größe\"/part");
            other.sendUpdated(ONE, "watch://\"größe\"/");
            assertThat(List.of(
                            nextUpdate(ofTheOther),
                            nextUpdate(ofTheOther),
                            nextUpdate(ofTheOther),
                            nextUpdate(ofTheOther)))
                    .containsExactly(wrapped, wrapped + "/part", "watch://\"größe\"/part", "watch://\"größe\"/");
            server.sendUpdated(ONE, ONE + "/part");
            assertThat(nextUpdate(agent)).isEqualTo(ONE + "/part");
        }
    }

    /** Fails without session.onEnd in ResourceSubscriptions.subscribe. */
    @Test
    void everyWayASessionEndsUnsubscribes() {
        var uris = IntStream.range(0, 4).mapToObj(n -> "watch://" + n).toList();
        server.setResources(uris);
        addServer("far", server, "");
        try (var vanishes = trial.connectAgent("vanishes");
                var leaves = trial.connectAgent("leaves");
                var revoked = trial.connectAgent("revoked");
                var deletes = httpAgent("deletes")) {
            assertAccepted(subscribe(vanishes, uris.get(0)));
            assertAccepted(subscribe(leaves, uris.get(1)));
            assertAccepted(subscribe(revoked, uris.get(2)));
            assertAccepted(subscribe(deletes, uris.get(3)));
            assertThat(uris).allMatch(uri -> server.subscribers(uri).size() == 1);
            vanishes.abort();
            leaves.sendClose();
            assertThat(trial.adminClient().post("/agents/revoked/revoke", "{}").status())
                    .isEqualTo(200);
            deletes.delete();
            TestAppliance.await(
                    () -> uris.stream().allMatch(uri -> server.subscribers(uri).isEmpty()),
                    () -> "all to be unsubscribed, so far " + server.subscriptionRequests());
        }
    }

    /** Fails when DesiredState.replayTo sends no subscriptions. */
    @Test
    void subscriptionsAreRestoredAfterTheServerLosesItsSession() {
        addServer("far", server, "");
        try (var agent = trial.connectAgent("agent")) {
            assertAccepted(subscribe(agent, ONE));
            var before = server.subscribers(ONE);
            server.forgetSessions(404);
            // Without a call, the lost session is noticed on the stream that carries updates.
            TestAppliance.await(() -> server.subscribers(ONE).size() == 1, () -> "the next session to follow");
            assertThat(server.subscribers(ONE)).doesNotContainAnyElementsOf(before);
            TestAppliance.await(() -> server.openStreamCount() == 1, () -> "the gateway to listen");
            server.sendUpdated(ONE, ONE);
            assertThat(nextUpdate(agent)).isEqualTo(ONE);
            assertAccepted(unsubscribe(agent, ONE));
            assertThat(server.subscribers(ONE)).isEmpty();
        }
    }

    /** The same for a stdio server. */
    @Test
    void subscriptionsAreRestoredInTheNextProcess() {
        var effects = folder.resolve("effects.log");
        trial.addFaultyServer("odd", Map.of(), Map.of("ODD_LOG", effects.toString(), "ODD_RESOURCE", ONE));
        try (var agent = trial.connectAgent("agent")) {
            assertAccepted(subscribe(agent, ONE));
            agent.call(1, "odd__crash", "{}");
            TestAppliance.await(
                    () -> TestAppliance.readLines(effects).stream()
                                    .filter(("resources/subscribe " + ONE)::equals)
                                    .count()
                            == 2,
                    () -> "the next process to be asked: " + TestAppliance.readLines(effects));
            agent.sendCall(2, "odd__touch", "{}");
            assertThat(agent.awaitMessage(ResourceSubscriptionTest::isUpdate)).contains(ONE);
        }
    }

    /** Fails when PooledServerRegistry.setEnabled does not keep the subscriptions. */
    @Test
    void subscriptionsSurviveASecretChangeAndADisabledServer() {
        trial.putSecret("far/token", "the-first-value");
        addServer("far", server, ",\"headers\":{\"X-Token\":\"{secret:far/token}\"}");
        try (var agent = trial.connectAgent("agent");
                var leaver = trial.connectAgent("leaver")) {
            assertAccepted(subscribe(agent, ONE));
            assertAccepted(subscribe(leaver, TWO));
            var before = server.subscribers(ONE);
            trial.putSecret("far/token", "the-second-value");
            TestAppliance.await(
                    () -> server.subscribers(ONE).size() == 1
                            && !server.subscribers(ONE).equals(before),
                    () -> "the next session to follow, and the old one to end");

            trial.adminClient().post("/servers/far/disable", "{}");
            assertThat(server.subscribers(ONE)).isEmpty();
            trial.adminClient().post("/servers/far/enable", "{}");
            TestAppliance.await(
                    () -> server.subscribers(ONE).size() == 1
                            && server.subscribers(TWO).size() == 1,
                    () -> "the enabled server to be subscribed at");
            TestAppliance.await(() -> server.openStreamCount() == 1, () -> "the gateway to listen");
            server.sendUpdated(ONE, ONE);
            assertThat(nextUpdate(agent)).isEqualTo(ONE);
            leaver.abort();
            TestAppliance.await(
                    () -> server.subscribers(TWO).isEmpty(), () -> "the enabled server to be told of the unsubscribe");
            assertAccepted(unsubscribe(agent, ONE));
            assertThat(server.subscribers(ONE)).isEmpty();
        }
    }

    /** Fails when DesiredState sends more requests at once than a connection accepts. */
    @Test
    void manySubscriptionsAreAllRestoredAndRemoved() {
        var uris = IntStream.range(0, 600).mapToObj(n -> "watch://" + n).toList();
        server.setResources(uris);
        addServer("far", server, "");
        try (var agent = trial.connectAgent("agent")) {
            uris.forEach(uri -> assertAccepted(subscribe(agent, uri)));
            server.hold("resources/subscribe");
            server.forgetSessions(404);
            TestAppliance.await(() -> server.count("resources/subscribe") > 600, () -> "the next session to be asked");
            server.release("resources/subscribe");
            TestAppliance.await(
                    () -> subscribedCount(uris) == 600, () -> "all to be restored, so far " + subscribedCount(uris));
            server.hold("resources/unsubscribe");
            agent.abort();
            TestAppliance.await(() -> server.count("resources/unsubscribe") > 0, () -> "the first unsubscribe");
            server.release("resources/unsubscribe");
            TestAppliance.await(
                    () -> subscribedCount(uris) == 0,
                    () -> "all to be unsubscribed, left are " + subscribedCount(uris));
        }
    }

    private long subscribedCount(List<String> uris) {
        return uris.stream().filter(uri -> !server.subscribers(uri).isEmpty()).count();
    }

    /** Fails without the limit per agent in Subscriptions.add. */
    @Test
    void subscriptionsOfOneAgentAreLimited() {
        addServer("far", server, "");
        try (var greedy = trial.connectAgent("greedy");
                var other = trial.connectAgent("other");
                var long_ = trial.connectAgent("long")) {
            for (var n = 0; n < 1_000; n++) {
                assertAccepted(subscribe(greedy, "watch://many/" + n));
            }
            var refused = subscribe(greedy, ONE);
            assertThat(refused.path("error").path("code").asInt()).isEqualTo(-32003);
            assertThat(refused.path("error").path("data").path("error").asString())
                    .isEqualTo("too_many_subscriptions");
            assertThat(refused.path("error").path("data").path("hint").asString())
                    .contains("unsubscribe");
            assertThat(server.subscribers(ONE)).as("the server is not told").isEmpty();
            assertAccepted(subscribe(greedy, "watch://many/7"));
            assertAccepted(subscribe(other, ONE));
            assertAccepted(unsubscribe(greedy, "watch://many/7"));
            assertAccepted(subscribe(greedy, TWO));

            assertAccepted(subscribe(long_, "watch://" + "x".repeat(900_000)));
            assertThat(subscribe(long_, "watch://" + "y".repeat(900_000)).toString())
                    .contains("too_many_subscriptions");
        }
    }

    /** Fails when SubscriptionHandler keeps a refused subscription. */
    @Test
    void aSubscriptionTheServerRefusesIsNotKept() {
        addServer("far", server, "");
        try (var first = trial.connectAgent("first");
                var second = trial.connectAgent("second")) {
            for (var agent : List.of(first, second)) {
                var answer = subscribe(agent, "watch://refused");
                assertThat(answer.path("error").path("code").asInt()).isEqualTo(-32042);
                assertThat(answer.toString()).contains("not to be followed");
            }
            assertThat(server.subscriptionRequests())
                    .as("each is asked for itself")
                    .hasSize(2);
            assertAccepted(subscribe(first, TWO));
            var session = Set.copyOf(server.subscribers(TWO)).iterator().next();
            server.sendUpdatedTo(session, "watch://refused");
            server.sendUpdatedTo(session, TWO);
            assertThat(nextUpdate(first)).isEqualTo(TWO);
        }
    }

    /** Fails when SubscriptionHandler takes a pending subscription for a confirmed one. */
    @Test
    void aConcurrentSubscriberGetsTheServersOwnAnswer() {
        addServer("far", server, "");
        try (var first = trial.connectAgent("first");
                var second = trial.connectAgent("second")) {
            server.hold("resources/subscribe");
            first.sendRequest(1, "resources/subscribe", "{\"uri\":\"watch://refused\"}");
            TestAppliance.await(() -> server.count("resources/subscribe") == 1, () -> "the first to be asked for");
            second.sendRequest(1, "resources/subscribe", "{\"uri\":\"watch://refused\"}");
            TestAppliance.await(() -> server.count("resources/subscribe") == 2, () -> "the second to be asked for");
            server.release("resources/subscribe");
            assertThat(first.awaitResponse(1)).contains("-32042");
            assertThat(second.awaitResponse(1)).contains("-32042");
        }
    }

    /** Fails without resubscribeIfWanted in SubscriptionHandler.unsubscribe and in DesiredState.onSessionEnded. */
    @Test
    void aSubscriptionDuringTheLastUnsubscribeIsRestored() {
        addServer("far", server, "");
        try (var agent = trial.connectAgent("agent");
                var vanishes = trial.connectAgent("vanishes");
                var comer = trial.connectAgent("comer")) {
            assertAccepted(subscribe(agent, ONE));
            assertAccepted(subscribe(vanishes, TWO));
            server.hold("resources/unsubscribe");
            agent.sendRequest(2, "resources/unsubscribe", "{\"uri\":\"" + ONE + "\"}");
            vanishes.abort();
            TestAppliance.await(() -> server.count("resources/unsubscribe") == 2, () -> "both unsubscribe requests");
            assertAccepted(subscribe(comer, ONE));
            assertAccepted(subscribe(comer, TWO));
            server.release("resources/unsubscribe");
            agent.awaitResponse(2);
            TestAppliance.await(
                    () -> server.subscriptionRequests().size() == 8
                            && server.subscribers(ONE).size() == 1
                            && server.subscribers(TWO).size() == 1,
                    () -> "the subscriptions to be restored: " + server.subscriptionRequests());
        }
    }

    /** Fails when ResourceSubscriptions.subscribe uses the shared instance. */
    @Test
    void eachPerAgentInstanceHasItsOwnSubscriptions() {
        var effects = new ArrayList<Set<String>>();
        var added = trial.adminClient()
                .post("/servers", "{\"name\":\"far\",\"url\":\"" + server.url() + "\",\"sessions\":\"per-agent\"}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState("far", "ready");
        try (var first = trial.connectAgent("first");
                var second = trial.connectAgent("second")) {
            for (var agent : List.of(first, second)) {
                assertAccepted(subscribe(agent, ONE));
                effects.add(server.subscribers(ONE));
            }
            assertThat(effects.getFirst()).hasSize(1);
            assertThat(effects.getLast()).hasSize(2).containsAll(effects.getFirst());
            assertAccepted(subscribe(first, TWO));
            assertAccepted(subscribe(second, TWO));
            TestAppliance.await(
                    () -> server.openStreamCount() == 3, () -> "the gateway to listen for each, and for the lists");
            var ofTheFirst = effects.getFirst().iterator().next();
            server.sendUpdatedTo(ofTheFirst, ONE);
            server.sendUpdated(TWO, TWO);
            assertThat(nextUpdate(first)).isEqualTo(ONE);
            assertThat(nextUpdate(first)).isEqualTo(TWO);
            assertThat(nextUpdate(second)).isEqualTo(TWO);
            first.abort();
            TestAppliance.await(
                    () -> !server.subscribers(ONE).contains(ofTheFirst), () -> "the first one's session to end");
            assertThat(server.subscribers(ONE)).hasSize(1);
        }
    }

    /** Fails without suspend or resume in PooledServerRegistry.setEnabled. */
    @Test
    void perAgentSubscriptionsAreRestoredWhenTheServerIsEnabled() {
        var added = trial.adminClient()
                .post("/servers", "{\"name\":\"far\",\"url\":\"" + server.url() + "\",\"sessions\":\"per-agent\"}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState("far", "ready");
        try (var agent = trial.connectAgent("agent");
                var leaver = trial.connectAgent("leaver");
                var other = trial.connectAgent("other")) {
            assertAccepted(subscribe(agent, ONE));
            assertAccepted(subscribe(leaver, ONE));
            assertAccepted(subscribe(other, TWO));
            assertAccepted(unsubscribe(other, TWO));
            trial.adminClient().post("/servers/far/disable", "{}");
            TestAppliance.await(() -> server.subscribers(ONE).isEmpty(), () -> "each agent's session to end");
            leaver.abort();
            TestAppliance.await(
                    () -> trial.adminClient()
                                    .get("/sessions")
                                    .json()
                                    .path("items")
                                    .size()
                            == 2,
                    () -> "the gateway to notice the disconnect");
            trial.adminClient().post("/servers/far/enable", "{}");
            TestAppliance.await(() -> server.subscribers(ONE).size() == 1, () -> "the agent's next session to follow");
            TestAppliance.await(
                    () -> server.openStreamCount() == 2, () -> "the gateway to listen for it, and for the lists");
            server.sendUpdated(ONE, ONE);
            assertThat(nextUpdate(agent)).isEqualTo(ONE);
            assertThat(server.openStreamCount())
                    .as("none for an agent without subscriptions")
                    .isEqualTo(2);
            agent.abort();
            TestAppliance.await(() -> server.subscribers(ONE).isEmpty(), () -> "its session to end with the agent's");
        }
    }
}
