package com.kruxos.identity;

import static com.kruxos.identity.IdentityFixture.reasonOf;
import static com.kruxos.identity.IdentityFixture.requireValue;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.result.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentsTest {
    @TempDir
    Path folder;

    private IdentityFixture home;

    @BeforeEach
    void open() {
        home = new IdentityFixture(folder);
    }

    @AfterEach
    void close() {
        home.close();
    }

    @Test
    void aKeyIs64LowerCaseHexDigitsAndAuthenticatesItsAgent() {
        var issued = home.createAgent("build-bot");
        var shown = new String(issued.key().ascii(), StandardCharsets.US_ASCII);

        assertThat(shown).matches("[0-9a-f]{64}");
        var inside = home.agents.authenticate(issued.key().ascii()).orElseThrow();
        assertThat(inside.agent()).isEqualTo(issued.agent());
        assertThat(inside.agent().id()).matches("agt_[a-z2-7]{16}");
        assertThat(inside.lastFour()).isEqualTo(shown.substring(60));
        assertThat(inside.expires()).isNull();
    }

    @Test
    void keysAreUnique() {
        assertThat(home.createAgent("one").key().ascii())
                .isNotEqualTo(home.createAgent("two").key().ascii());
    }

    /**
     * Every caller authenticates, and a malformed key is treated like an unknown one. Fails without {@code matches} in
     * CredentialFormat.hash: input in another format would be looked up as it is.
     */
    @Test
    void malformedKeysAreRejected() {
        var key = home.createAgent("build-bot").key().ascii();
        var text = new String(key, StandardCharsets.US_ASCII);
        var wrong = new ArrayList<byte[]>(List.of(
                new byte[0],
                new byte[64],
                new byte[1_000_000],
                text.substring(1).getBytes(StandardCharsets.US_ASCII),
                (text + "0").getBytes(StandardCharsets.US_ASCII),
                (text + "\n").getBytes(StandardCharsets.US_ASCII),
                (" " + text).getBytes(StandardCharsets.US_ASCII),
                (text.substring(0, 63) + "g").getBytes(StandardCharsets.US_ASCII),
                (text.substring(0, 63) + "\0").getBytes(StandardCharsets.US_ASCII),
                (text + "\0".repeat(64)).getBytes(StandardCharsets.US_ASCII),
                HexFormat.of().parseHex(text),
                ("a" + text.substring(1)).toUpperCase(java.util.Locale.ROOT).getBytes(StandardCharsets.US_ASCII),
                "krx_user_".getBytes(StandardCharsets.US_ASCII)));
        var malformed = wrong.size();
        for (var i = 0; i < 64; i++) {
            var bent = key.clone();
            bent[i] ^= 1;
            wrong.add(bent);
        }

        assertThat(wrong)
                .allSatisfy(bytes -> assertThat(home.agents.authenticate(bytes)).isEmpty());
        var pepper = new Pepper(new byte[32]);
        assertThat(wrong.subList(0, malformed))
                .allSatisfy(bytes -> assertThat(CredentialFormat.AGENT_KEY.hash(pepper, bytes))
                        .isEqualTo(pepper.hash(new byte[64])));
        assertThat(home.agents.authenticate(key)).isPresent();
    }

    /**
     * Unknown, wrong and revoked keys are treated alike. Fails without the {@code removeIf} in Agents.reload: a revoked
     * key would still be in the index and could be told apart by one more step.
     */
    @Test
    void aRevokedKeyIsRemovedFromTheIndex() {
        var issued = home.createAgent("build-bot");
        assertThat(home.agents.keyCount()).isOne();

        requireValue(home.agents.revoke(issued.agent().id()));

        assertThat(home.agents.keyCount()).isZero();
        assertThat(home.agents.authenticate(issued.key().ascii())).isEmpty();
    }

    /**
     * A revocation takes effect at once. Fails without {@code agents.put} in Agents.reload, or without
     * {@code withState(REVOKED)} in Agents.revoke.
     */
    @Test
    void revocationTakesEffectAtOnceSurvivesARestartAndKeepsTheName() {
        var issued = home.createAgent("build-bot");
        var id = issued.agent().id();
        var inside = home.agents.authenticate(issued.key().ascii()).orElseThrow();
        assertThat(home.agents.isCredentialValid(id, inside.keyId())).isTrue();

        assertThat(requireValue(home.agents.revoke(id)).state()).isEqualTo(AgentState.REVOKED);

        assertThat(home.agents.isCredentialValid(id, inside.keyId())).isFalse();
        assertThat(home.agents.findById(id).orElseThrow().state()).isEqualTo(AgentState.REVOKED);
        assertThat(requireValue(home.agents.revoke(id)).state()).isEqualTo(AgentState.REVOKED);
        home.restart();
        assertThat(home.agents.authenticate(issued.key().ascii())).isEmpty();
        assertThat(reasonOf(home.agents.create(new NewAgent(home.defaultSpaceId(), "build-bot", "", null))))
                .isEqualTo(Result.RefusalReason.CONFLICT);
        assertThat(reasonOf(home.agents.rotate(id, Duration.ZERO))).isEqualTo(Result.RefusalReason.CONFLICT);
        assertThat(reasonOf(home.agents.pause(id))).isEqualTo(Result.RefusalReason.CONFLICT);
        assertThat(reasonOf(home.agents.resume(id))).isEqualTo(Result.RefusalReason.CONFLICT);
    }

    @Test
    void restoringIssuesANewKeyAndKeepsTheOldOneInvalid() {
        var first = home.createAgent("build-bot");
        var id = first.agent().id();
        assertThat(reasonOf(home.agents.restore(id))).isEqualTo(Result.RefusalReason.CONFLICT);
        requireValue(home.agents.revoke(id));

        var second = requireValue(home.agents.restore(id));

        assertThat(second.agent().id()).isEqualTo(id);
        assertThat(home.agents.authenticate(first.key().ascii())).isEmpty();
        assertThat(home.agents.authenticate(second.key().ascii())).isPresent();
    }

    /** A rotation without overlap takes effect at once. Fails when Agents.rotate always keeps the old keys. */
    @Test
    void rotationWithoutOverlapInvalidatesTheOldKeyAtOnce() {
        var first = home.createAgent("build-bot");

        var second = requireValue(home.agents.rotate(first.agent().id(), Duration.ZERO));

        assertThat(home.agents.authenticate(first.key().ascii())).isEmpty();
        assertThat(home.agents.authenticate(second.key().ascii())).isPresent();
        assertThat(second.replaced()).hasSize(1);
        assertThat(second.replaced().getFirst().expires()).isEqualTo(home.clock.instant());
        assertThat(second.agent().keys()).hasSize(1);
    }

    /**
     * An overlap ends on time. Fails without {@code key.expiringBy(end)} in Agents.rotate, or without {@code isValidAt}
     * in Agent.asOf.
     */
    @Test
    void anOverlapLastsExactlyAsLongAsRequested() {
        var first = home.createAgent("build-bot");
        var overlap = Duration.ofHours(24);

        var second = requireValue(home.agents.rotate(first.agent().id(), overlap));

        var ends = home.clock.instant().plus(overlap);
        assertThat(second.replaced().getFirst().expires()).isEqualTo(ends);
        home.clock.advance(overlap.minusMillis(1));
        home.restart();
        assertThat(home.agents.authenticate(first.key().ascii()).orElseThrow().expires())
                .isEqualTo(ends);
        assertThat(home.agents.authenticate(second.key().ascii()).orElseThrow().expires())
                .isNull();
        home.clock.advance(Duration.ofMillis(1));
        assertThat(home.agents.authenticate(first.key().ascii())).isEmpty();
        assertThat(home.agents.authenticate(second.key().ascii())).isPresent();
    }

    @Test
    void aSecondRotationDoesNotExtendTheFirstOverlap() {
        var first = home.createAgent("build-bot");
        var id = first.agent().id();
        requireValue(home.agents.rotate(id, Duration.ofHours(1)));
        var second = requireValue(home.agents.rotate(id, Duration.ofHours(10)));
        home.clock.advance(Duration.ofHours(1));

        assertThat(home.agents.authenticate(first.key().ascii())).isEmpty();
        assertThat(home.agents.authenticate(second.key().ascii())).isPresent();
        assertThat(home.agents.findById(id).orElseThrow().keys()).hasSize(2);
    }

    @Test
    void overlapLengthAndKeyCountAreLimited() {
        var id = home.createAgent("build-bot").agent().id();

        assertThat(reasonOf(home.agents.rotate(id, Agents.MAX_OVERLAP.plusMillis(1))))
                .isEqualTo(Result.RefusalReason.INVALID);
        assertThat(reasonOf(home.agents.rotate(id, Duration.ofMillis(-1)))).isEqualTo(Result.RefusalReason.INVALID);
        for (var i = 0; i < 3; i++) {
            requireValue(home.agents.rotate(id, Duration.ofDays(1)));
        }
        assertThat(reasonOf(home.agents.rotate(id, Duration.ofDays(1)))).isEqualTo(Result.RefusalReason.CONFLICT);
        home.clock.advance(Duration.ofDays(1));
        requireValue(home.agents.rotate(id, Duration.ofDays(1)));
    }

    @Test
    void anAgentExpiresOnTimeAndCanBeRestored() {
        var life = Duration.ofMinutes(10);
        var ends = home.clock.instant().plus(life);
        var issued = requireValue(home.agents.create(new NewAgent(home.defaultSpaceId(), "guest", "", ends)));
        var id = issued.agent().id();
        home.clock.advance(life.minusMillis(1));
        assertThat(home.agents.authenticate(issued.key().ascii()).orElseThrow().expires())
                .isEqualTo(ends);

        home.clock.advance(Duration.ofMillis(1));

        assertThat(home.agents.authenticate(issued.key().ascii())).isEmpty();
        assertThat(home.agents.findById(id).orElseThrow().state()).isEqualTo(AgentState.EXPIRED);
        assertThat(reasonOf(home.agents.rotate(id, Duration.ZERO))).isEqualTo(Result.RefusalReason.CONFLICT);
        var restored = requireValue(home.agents.restore(id));
        assertThat(restored.agent().expires()).isNull();
        home.restart();
        assertThat(home.agents.authenticate(restored.key().ascii())).isPresent();
    }

    @Test
    void aPausedAgentAuthenticatesAndItsStateIsPaused() {
        var issued = home.createAgent("build-bot");
        requireValue(home.agents.pause(issued.agent().id()));
        requireValue(home.agents.pause(issued.agent().id()));
        home.restart();

        assertThat(home.agents
                        .authenticate(issued.key().ascii())
                        .orElseThrow()
                        .agent()
                        .state())
                .isEqualTo(AgentState.PAUSED);
        requireValue(home.agents.resume(issued.agent().id()));
        assertThat(home.agents.findById(issued.agent().id()).orElseThrow().state())
                .isEqualTo(AgentState.ACTIVE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "A", "a_b", "a b", "ä", "a/b", "a\n", "agt_aaaaaaaaaaaaaaaa"})
    void invalidNamesAreRefused(String name) {
        assertThat(reasonOf(home.agents.create(new NewAgent(home.defaultSpaceId(), name, "", null))))
                .isEqualTo(Result.RefusalReason.INVALID);
    }

    @Test
    void namesAreUniqueWithinTheirSpaceOnly() {
        home.createAgent("build-bot");
        var other = requireValue(home.spaces.create("other")).id();

        assertThat(reasonOf(home.agents.create(new NewAgent(home.defaultSpaceId(), "build-bot", "", null))))
                .isEqualTo(Result.RefusalReason.CONFLICT);
        var twin = requireValue(home.agents.create(new NewAgent(other, "build-bot", "", null)));
        assertThat(home.agents.find(other, "build-bot")).contains(twin.agent());
        assertThat(home.agents.find(home.defaultSpaceId(), twin.agent().id())).contains(twin.agent());
        assertThat(home.agents.find(other, "nobody")).isEmpty();
        assertThat(reasonOf(home.agents.create(new NewAgent("spc_nowhere", "x", "", null))))
                .isEqualTo(Result.RefusalReason.NOT_FOUND);
    }

    @Test
    void notesHaveALimitAndNoControlCharacters() {
        var space = home.defaultSpaceId();
        for (var purpose : List.of("\u001b[2J", "a\nb", "\u202Eevil", "x".repeat(201))) {
            assertThat(reasonOf(home.agents.create(new NewAgent(space, "x", purpose, null))))
                    .isEqualTo(Result.RefusalReason.INVALID);
        }
        var past = home.clock.instant();
        assertThat(reasonOf(home.agents.create(new NewAgent(space, "x", "", past))))
                .isEqualTo(Result.RefusalReason.INVALID);
        requireValue(home.agents.create(new NewAgent(space, "x", "Prüft die Bücher 📚", null)));
    }

    @Test
    void agentsAndKeysSurviveARestart() {
        var issued = home.createAgent("build-bot");
        requireValue(home.agents.rotate(issued.agent().id(), Duration.ofHours(1)));
        home.createAgent("other");
        requireValue(home.agents.revoke(home.agents.list(null).getLast().id()));
        var before = home.agents.list(null);

        home.restart();

        assertThat(home.agents.list(null)).isEqualTo(before).hasSize(2);
    }

    /** Fails when Agents.issueKey stores the key itself instead of {@code pepper.hash(…)}. */
    @Test
    void databaseFilesContainHashesAndNoKeys() throws Exception {
        var issued = home.createAgent("build-bot");
        var ascii = new String(issued.key().ascii(), StandardCharsets.ISO_8859_1);
        var raw = new String(HexFormat.of().parseHex(ascii), StandardCharsets.ISO_8859_1);
        var plainHash = HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                        .digest(issued.key().ascii()));

        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                var content = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertThat(content.contains(ascii)).as("the key in %s", file).isFalse();
                assertThat(content.contains(raw)).as("its bytes in %s", file).isFalse();
                assertThat(content.contains(plainHash))
                        .as("its hash without pepper in %s", file)
                        .isFalse();
            }
        }
    }

    @Test
    void aKeyIsWipedOnClose() {
        var issued = home.createAgent("build-bot");
        var bytes = issued.key().ascii();
        var shown = new String(bytes, StandardCharsets.US_ASCII);

        issued.close();

        assertThat(bytes).containsOnly(0);
        assertThat(issued.toString() + issued.key()).doesNotContain(shown);
    }

    @Test
    void removingASpaceRemovesOnlyItsOwnAgents() {
        var staying = home.createAgent("staying");
        var other = requireValue(home.spaces.create("other")).id();
        var going = requireValue(home.agents.create(new NewAgent(other, "going", "", null)));
        assertThat(reasonOf(home.spaces.delete(other))).isEqualTo(Result.RefusalReason.CONFLICT);

        assertThat(home.agents.removeAll(other)).containsExactly(going.agent().id());
        requireValue(home.spaces.delete(other));

        assertThat(home.agents.authenticate(going.key().ascii())).isEmpty();
        assertThat(home.agents.findById(going.agent().id())).isEmpty();
        assertThat(home.agents.authenticate(staying.key().ascii())).isPresent();
        assertThat(home.spaces.find("other")).isEmpty();
        home.restart();
        assertThat(home.agents.list(null)).hasSize(1);
        assertThat(reasonOf(home.spaces.delete(other))).isEqualTo(Result.RefusalReason.NOT_FOUND);
    }

    /**
     * Concurrent readers while keys change: no reader ever gets an answer that was not true at some time during its
     * request. Fails when a change is not cached (the last key would not authenticate), or when a revoked key stays in
     * the index.
     */
    @Test
    void concurrentReadersNeverAuthenticateARevokedKey() throws Exception {
        var steady = home.createAgent("steady");
        var steadyKey = steady.key().ascii().clone();
        var over = new AtomicBoolean();
        var reading = new CountDownLatch(4);
        Callable<Integer> reader = () -> {
            var count = 0;
            reading.countDown();
            while (!over.get()) {
                assertThat(home.agents.authenticate(steadyKey)).isPresent();
                count++;
            }
            return count;
        };
        try (var pool = Executors.newFixedThreadPool(4)) {
            var readers = List.of(pool.submit(reader), pool.submit(reader), pool.submit(reader), pool.submit(reader));
            reading.await();
            try {
                for (var i = 0; i < 30; i++) {
                    var issued = home.createAgent("passing-" + i);
                    assertThat(home.agents.authenticate(issued.key().ascii())).isPresent();
                    var next = requireValue(home.agents.rotate(issued.agent().id(), Duration.ZERO));
                    assertThat(home.agents.authenticate(issued.key().ascii())).isEmpty();
                    requireValue(home.agents.revoke(issued.agent().id()));
                    assertThat(home.agents.authenticate(next.key().ascii())).isEmpty();
                }
            } finally {
                over.set(true);
            }
            for (var one : readers) {
                assertThat(one.get()).isPositive();
            }
        }
    }

    @Test
    void ofConcurrentCreatesWithTheSameNameOneSucceeds() throws Exception {
        var space = home.defaultSpaceId();
        try (var pool = Executors.newFixedThreadPool(8)) {
            var wish = new NewAgent(space, "wanted", "", null);
            var wishes = new ArrayList<Callable<Result<IssuedAgentKey>>>();
            for (var i = 0; i < 16; i++) {
                wishes.add(() -> home.agents.create(wish));
            }
            var granted = 0;
            for (var answer : pool.invokeAll(wishes)) {
                granted += answer.get() instanceof Result.Done<IssuedAgentKey> ? 1 : 0;
            }
            assertThat(granted).isOne();
        }
    }
}
