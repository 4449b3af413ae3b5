package com.kruxos.identity;

import static com.kruxos.identity.Home.done;
import static com.kruxos.identity.Home.refused;
import static org.assertj.core.api.Assertions.assertThat;

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

    private Home home;

    @BeforeEach
    void open() {
        home = new Home(folder);
    }

    @AfterEach
    void close() {
        home.close();
    }

    @Test
    void aKeyIs64LowerCaseHexAndOpensTheDoorForItsAgent() {
        var issued = home.agent("build-bot");
        var shown = new String(issued.key().ascii(), StandardCharsets.US_ASCII);

        assertThat(shown).matches("[0-9a-f]{64}");
        var inside = home.agents.authenticate(issued.key().ascii()).orElseThrow();
        assertThat(inside.agent()).isEqualTo(issued.agent());
        assertThat(inside.agent().id()).matches("agt_[a-z2-7]{16}");
        assertThat(inside.lastFour()).isEqualTo(shown.substring(60));
        assertThat(inside.ends()).isNull();
    }

    @Test
    void twoKeysAreNeverAlike() {
        assertThat(home.agent("one").key().ascii())
                .isNotEqualTo(home.agent("two").key().ascii());
    }

    /**
     * K2: no anonymous way in, and malformed is one case with unknown. Red without {@code presented.length == length &&
     * fits(presented)} in KeyForm.hash: what has not the form would be looked up as it is.
     */
    @Test
    void malformedKeysOpenNothing() {
        var key = home.agent("build-bot").key().ascii();
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
                .allSatisfy(bytes ->
                        assertThat(KeyForm.AGENT_KEY.hash(pepper, bytes)).isEqualTo(pepper.hash(new byte[64])));
        assertThat(home.agents.authenticate(key)).isPresent();
    }

    /**
     * K2: unknown, wrong and revoked are one case. Red without the {@code removeIf} at the end of Agents.commit: the
     * revoked key would then still be found in the index and be told apart by one more step.
     */
    @Test
    void aRevokedKeyIsNoLongerKnownAtAll() {
        var issued = home.agent("build-bot");
        assertThat(home.agents.knownKeys()).isOne();

        done(home.agents.revoke(issued.agent().id()));

        assertThat(home.agents.knownKeys()).isZero();
        assertThat(home.agents.authenticate(issued.key().ascii())).isEmpty();
    }

    /** K5. Red without {@code agents.put} in Agents.commit, or without {@code with(REVOKED)} in Agents.revoke. */
    @Test
    void revokingHoldsAtOnceAndAfterARestartAndKeepsTheName() {
        var issued = home.agent("build-bot");
        var id = issued.agent().id();
        var inside = home.agents.authenticate(issued.key().ascii()).orElseThrow();
        assertThat(home.agents.counts(id, inside.keyId())).isTrue();

        assertThat(done(home.agents.revoke(id)).state()).isEqualTo(AgentState.REVOKED);

        assertThat(home.agents.counts(id, inside.keyId())).isFalse();
        assertThat(home.agents.current(id).orElseThrow().state()).isEqualTo(AgentState.REVOKED);
        assertThat(done(home.agents.revoke(id)).state()).isEqualTo(AgentState.REVOKED);
        home.restart();
        assertThat(home.agents.authenticate(issued.key().ascii())).isEmpty();
        assertThat(refused(home.agents.create(new NewAgent(home.space(), "build-bot", "", null))))
                .isEqualTo(Answer.Reason.CONFLICT);
        assertThat(refused(home.agents.rotate(id, Duration.ZERO))).isEqualTo(Answer.Reason.CONFLICT);
        assertThat(refused(home.agents.pause(id))).isEqualTo(Answer.Reason.CONFLICT);
        assertThat(refused(home.agents.resume(id))).isEqualTo(Answer.Reason.CONFLICT);
    }

    @Test
    void restoringGivesANewKeyAndNotTheOldOne() {
        var first = home.agent("build-bot");
        var id = first.agent().id();
        assertThat(refused(home.agents.restore(id))).isEqualTo(Answer.Reason.CONFLICT);
        done(home.agents.revoke(id));

        var second = done(home.agents.restore(id));

        assertThat(second.agent().id()).isEqualTo(id);
        assertThat(home.agents.authenticate(first.key().ascii())).isEmpty();
        assertThat(home.agents.authenticate(second.key().ascii())).isPresent();
    }

    /** K5. Red when {@code overlap.isZero() ? List.of() : ending} in Agents.rotate always keeps the old keys. */
    @Test
    void rotatingWithoutOverlapEndsTheOldKeyAtOnce() {
        var first = home.agent("build-bot");

        var second = done(home.agents.rotate(first.agent().id(), Duration.ZERO));

        assertThat(home.agents.authenticate(first.key().ascii())).isEmpty();
        assertThat(home.agents.authenticate(second.key().ascii())).isPresent();
        assertThat(second.replaced()).hasSize(1);
        assertThat(second.replaced().getFirst().expires()).isEqualTo(home.clock.instant());
        assertThat(second.agent().keys()).hasSize(1);
    }

    /** K5. Red without {@code key.endingBy(end)} in Agents.rotate, or without {@code countsAt} in Agent.at. */
    @Test
    void anOverlapLastsExactlyAsLongAsItWasStated() {
        var first = home.agent("build-bot");
        var overlap = Duration.ofHours(24);

        var second = done(home.agents.rotate(first.agent().id(), overlap));

        var ends = home.clock.instant().plus(overlap);
        assertThat(second.replaced().getFirst().expires()).isEqualTo(ends);
        home.clock.pass(overlap.minusMillis(1));
        home.restart();
        assertThat(home.agents.authenticate(first.key().ascii()).orElseThrow().ends())
                .isEqualTo(ends);
        assertThat(home.agents.authenticate(second.key().ascii()).orElseThrow().ends())
                .isNull();
        home.clock.pass(Duration.ofMillis(1));
        assertThat(home.agents.authenticate(first.key().ascii())).isEmpty();
        assertThat(home.agents.authenticate(second.key().ascii())).isPresent();
    }

    @Test
    void aSecondOverlapDoesNotLengthenTheFirst() {
        var first = home.agent("build-bot");
        var id = first.agent().id();
        done(home.agents.rotate(id, Duration.ofHours(1)));
        var second = done(home.agents.rotate(id, Duration.ofHours(10)));
        home.clock.pass(Duration.ofHours(1));

        assertThat(home.agents.authenticate(first.key().ascii())).isEmpty();
        assertThat(home.agents.authenticate(second.key().ascii())).isPresent();
        assertThat(home.agents.current(id).orElseThrow().keys()).hasSize(2);
    }

    @Test
    void overlapsAreBounded() {
        var id = home.agent("build-bot").agent().id();

        assertThat(refused(home.agents.rotate(id, Agents.LONGEST_OVERLAP.plusMillis(1))))
                .isEqualTo(Answer.Reason.INVALID);
        assertThat(refused(home.agents.rotate(id, Duration.ofMillis(-1)))).isEqualTo(Answer.Reason.INVALID);
        for (var i = 0; i < 3; i++) {
            done(home.agents.rotate(id, Duration.ofDays(1)));
        }
        assertThat(refused(home.agents.rotate(id, Duration.ofDays(1)))).isEqualTo(Answer.Reason.CONFLICT);
        home.clock.pass(Duration.ofDays(1));
        done(home.agents.rotate(id, Duration.ofDays(1)));
    }

    @Test
    void anAgentExpiresAtItsMomentAndCanBeRestored() {
        var life = Duration.ofMinutes(10);
        var ends = home.clock.instant().plus(life);
        var issued = done(home.agents.create(new NewAgent(home.space(), "guest", "", ends)));
        var id = issued.agent().id();
        home.clock.pass(life.minusMillis(1));
        assertThat(home.agents.authenticate(issued.key().ascii()).orElseThrow().ends())
                .isEqualTo(ends);

        home.clock.pass(Duration.ofMillis(1));

        assertThat(home.agents.authenticate(issued.key().ascii())).isEmpty();
        assertThat(home.agents.current(id).orElseThrow().state()).isEqualTo(AgentState.EXPIRED);
        assertThat(refused(home.agents.rotate(id, Duration.ZERO))).isEqualTo(Answer.Reason.CONFLICT);
        var restored = done(home.agents.restore(id));
        assertThat(restored.agent().expires()).isNull();
        home.restart();
        assertThat(home.agents.authenticate(restored.key().ascii())).isPresent();
    }

    @Test
    void aPausedAgentEntersAndItsStateSaysSo() {
        var issued = home.agent("build-bot");
        done(home.agents.pause(issued.agent().id()));
        done(home.agents.pause(issued.agent().id()));
        home.restart();

        assertThat(home.agents
                        .authenticate(issued.key().ascii())
                        .orElseThrow()
                        .agent()
                        .state())
                .isEqualTo(AgentState.PAUSED);
        done(home.agents.resume(issued.agent().id()));
        assertThat(home.agents.current(issued.agent().id()).orElseThrow().state())
                .isEqualTo(AgentState.ACTIVE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "A", "a_b", "a b", "ä", "a/b", "a\n", "agt_aaaaaaaaaaaaaaaa"})
    void whatIsNotANameIsRefused(String name) {
        assertThat(refused(home.agents.create(new NewAgent(home.space(), name, "", null))))
                .isEqualTo(Answer.Reason.INVALID);
    }

    @Test
    void namesAreUniqueInTheirSpaceOnly() {
        home.agent("build-bot");
        var other = done(home.spaces.create("other")).id();

        assertThat(refused(home.agents.create(new NewAgent(home.space(), "build-bot", "", null))))
                .isEqualTo(Answer.Reason.CONFLICT);
        var twin = done(home.agents.create(new NewAgent(other, "build-bot", "", null)));
        assertThat(home.agents.find(other, "build-bot")).contains(twin.agent());
        assertThat(home.agents.find(home.space(), twin.agent().id())).contains(twin.agent());
        assertThat(home.agents.find(other, "nobody")).isEmpty();
        assertThat(refused(home.agents.create(new NewAgent("spc_nowhere", "x", "", null))))
                .isEqualTo(Answer.Reason.NOT_FOUND);
    }

    @Test
    void notesCannotSteerATerminalAndHaveAnEnd() {
        var space = home.space();
        for (var purpose : List.of("\u001b[2J", "a\nb", "\u202Eevil", "x".repeat(201))) {
            assertThat(refused(home.agents.create(new NewAgent(space, "x", purpose, null))))
                    .isEqualTo(Answer.Reason.INVALID);
        }
        var past = home.clock.instant();
        assertThat(refused(home.agents.create(new NewAgent(space, "x", "", past))))
                .isEqualTo(Answer.Reason.INVALID);
        done(home.agents.create(new NewAgent(space, "x", "Prüft die Bücher 📚", null)));
    }

    @Test
    void everythingSurvivesARestart() {
        var issued = home.agent("build-bot");
        done(home.agents.rotate(issued.agent().id(), Duration.ofHours(1)));
        home.agent("other");
        done(home.agents.revoke(home.agents.list(null).getLast().id()));
        var before = home.agents.list(null);

        home.restart();

        assertThat(home.agents.list(null)).isEqualTo(before).hasSize(2);
    }

    /** Red when Agents.issue stores the key itself instead of {@code pepper.hash(…)}. */
    @Test
    void theFilesHoldHashesAndNoKeys() throws Exception {
        var issued = home.agent("build-bot");
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
    void aKeyIsWipedWhenItWasShown() {
        var issued = home.agent("build-bot");
        var bytes = issued.key().ascii();
        var shown = new String(bytes, StandardCharsets.US_ASCII);

        issued.close();

        assertThat(bytes).containsOnly(0);
        assertThat(issued.toString() + issued.key()).doesNotContain(shown);
    }

    @Test
    void aSpaceLeavesWithItsAgentsOnly() {
        var staying = home.agent("staying");
        var other = done(home.spaces.create("other")).id();
        var going = done(home.agents.create(new NewAgent(other, "going", "", null)));
        assertThat(refused(home.spaces.delete(other))).isEqualTo(Answer.Reason.CONFLICT);

        assertThat(home.agents.removeAll(other)).containsExactly(going.agent().id());
        done(home.spaces.delete(other));

        assertThat(home.agents.authenticate(going.key().ascii())).isEmpty();
        assertThat(home.agents.current(going.agent().id())).isEmpty();
        assertThat(home.agents.authenticate(staying.key().ascii())).isPresent();
        assertThat(home.spaces.find("other")).isEmpty();
        home.restart();
        assertThat(home.agents.list(null)).hasSize(1);
        assertThat(refused(home.spaces.delete(other))).isEqualTo(Answer.Reason.NOT_FOUND);
    }

    /**
     * Readers on all sides while keys come and go: no reader ever sees an answer that was not true at some moment
     * during its question. Red when Agents.commit forgets memory (the last key would not open) or when revoke leaves
     * the key in the index and the state as it was.
     */
    @Test
    void readersNeverWaitNorSeeAKeyAfterItsRevocation() throws Exception {
        var steady = home.agent("steady");
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
                    var issued = home.agent("passing-" + i);
                    assertThat(home.agents.authenticate(issued.key().ascii())).isPresent();
                    var next = done(home.agents.rotate(issued.agent().id(), Duration.ZERO));
                    assertThat(home.agents.authenticate(issued.key().ascii())).isEmpty();
                    done(home.agents.revoke(issued.agent().id()));
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
    void manyAtOnceMayWantTheSameName() throws Exception {
        var space = home.space();
        try (var pool = Executors.newFixedThreadPool(8)) {
            var wish = new NewAgent(space, "wanted", "", null);
            var wishes = new ArrayList<Callable<Answer<Issued>>>();
            for (var i = 0; i < 16; i++) {
                wishes.add(() -> home.agents.create(wish));
            }
            var granted = 0;
            for (var answer : pool.invokeAll(wishes)) {
                granted += answer.get() instanceof Answer.Done<Issued> ? 1 : 0;
            }
            assertThat(granted).isOne();
        }
    }
}
