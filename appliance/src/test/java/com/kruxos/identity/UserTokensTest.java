package com.kruxos.identity;

import static com.kruxos.identity.Home.done;
import static com.kruxos.identity.Home.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserTokensTest {
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

    /** K7. Red when OneTimeKey.userToken changes its form, or UserTokens.issue keeps more than the hash. */
    @Test
    void aTokenIsShownOnceAndOpensTheDoor() throws Exception {
        var issued = token();
        var shown = new String(issued.secret().ascii(), StandardCharsets.US_ASCII);
        assertThat(shown).matches("krx_user_[A-Za-z0-9_-]{43}");

        var inside = home.tokens.authenticate(issued.secret().ascii()).orElseThrow();

        assertThat(inside.id()).isEqualTo(issued.token().id()).startsWith("utk_");
        assertThat(inside.lastFour()).isEqualTo(shown.substring(shown.length() - 4));
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1).contains(shown.substring(9)))
                        .as("the token in %s", file)
                        .isFalse();
            }
        }
    }

    /**
     * K9. Red without {@code revokedAt} in UserTokens.end; and without {@code removeIf} there, which makes a revoked
     * token one case with a token that never was.
     */
    @Test
    void revokingHoldsOnTheVeryNextCall() {
        var issued = token();
        assertThat(home.tokens.authenticate(issued.secret().ascii())).isPresent();

        done(home.tokens.revoke(issued.token().id()));

        assertThat(home.tokens.authenticate(issued.secret().ascii())).isEmpty();
        assertThat(home.tokens.knownTokens()).isZero();
        assertThat(home.tokens.list().getFirst().stateAt(home.clock.instant())).isEqualTo(UserToken.State.REVOKED);
        home.restart();
        assertThat(home.tokens.authenticate(issued.secret().ascii())).isEmpty();
        assertThat(home.tokens.list().getFirst().revoked()).isEqualTo(home.clock.instant());
        done(home.tokens.revoke(issued.token().id()));
        assertThat(refused(home.tokens.revoke("utk_nothing"))).isEqualTo(Answer.Reason.NOT_FOUND);
    }

    /** K7. Red without the expiry in UserToken.stateAt. */
    @Test
    void aTokenExpiresAtItsMoment() {
        var ends = home.clock.instant().plusSeconds(60);
        var issued = done(home.tokens.create(new NewUserToken("ci", Set.of(Scope.READ), ends)));
        home.clock.pass(Duration.ofMillis(59_999));
        assertThat(home.tokens.authenticate(issued.secret().ascii())).isPresent();

        home.clock.pass(Duration.ofMillis(1));

        assertThat(home.tokens.authenticate(issued.secret().ascii())).isEmpty();
        assertThat(home.tokens.find(issued.token().id()).orElseThrow().stateAt(home.clock.instant()))
                .isEqualTo(UserToken.State.EXPIRED);
    }

    /** K7. Red without {@code scopes.contains(Scope.ADMIN)} or when UserToken.may stops asking. */
    @Test
    void scopesAreKeptAndOnlyAdminMeansAll() {
        var few = done(home.tokens.create(new NewUserToken("ci", EnumSet.of(Scope.READ, Scope.OPERATE), null)));
        var all = done(home.tokens.create(new NewUserToken("me", Set.of(Scope.ADMIN), null)));
        home.restart();
        var inside = home.tokens.authenticate(few.secret().ascii()).orElseThrow();

        assertThat(inside.scopes()).containsExactlyInAnyOrder(Scope.READ, Scope.OPERATE);
        assertThat(inside.may(Scope.OPERATE)).isTrue();
        assertThat(inside.may(Scope.SECRETS_READ)).isFalse();
        assertThat(inside.may(Scope.ADMIN)).isFalse();
        var admin = home.tokens.authenticate(all.secret().ascii()).orElseThrow();
        assertThat(Scope.values())
                .allSatisfy(scope -> assertThat(admin.may(scope)).isTrue());
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        var now = home.clock.instant();
        assertThat(refused(home.tokens.create(new NewUserToken("", Set.of(Scope.READ), null))))
                .isEqualTo(Answer.Reason.INVALID);
        assertThat(refused(home.tokens.create(new NewUserToken("a\tb", Set.of(Scope.READ), null))))
                .isEqualTo(Answer.Reason.INVALID);
        assertThat(refused(home.tokens.create(new NewUserToken("ci", Set.of(), null))))
                .isEqualTo(Answer.Reason.INVALID);
        assertThat(refused(home.tokens.create(new NewUserToken("ci", Set.of(Scope.READ), now))))
                .isEqualTo(Answer.Reason.INVALID);
        assertThat(home.tokens.list()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "krx_user_",
                "KRX_USER_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "krx_user_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+",
                "krx_user_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "krx_user_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\0",
                "0000000000000000000000000000000000000000000000000000000000000000"
            })
    void malformedTokensOpenNothing(String presented) {
        token();
        assertThat(home.tokens.authenticate(presented.getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void anAgentsKeyIsNoTokenAndTheOtherWayAround() {
        assertThat(home.tokens.authenticate(home.agent("build-bot").key().ascii()))
                .isEmpty();
        assertThat(home.agents.authenticate(token().secret().ascii())).isEmpty();
    }

    /** Red without the check of {@code USE_IS_STORED_EVERY} in UserTokens.storeUse. */
    @Test
    void theLastUseIsStoredAtMostOnceAMinute() {
        var issued = token();
        var first = home.clock.instant();
        use(issued);
        home.clock.pass(Duration.ofSeconds(59));
        use(issued);
        assertThat(home.tokens.list().getFirst().lastUsed()).isEqualTo(home.clock.instant());

        home.restart();
        assertThat(home.tokens.list().getFirst().lastUsed()).isEqualTo(first);

        home.clock.pass(Duration.ofSeconds(1));
        use(issued);
        home.restart();
        assertThat(home.tokens.list().getFirst().lastUsed()).isEqualTo(first.plusSeconds(60));
    }

    /** A use that races with the revocation must not write the token back to life. */
    @Test
    void revokingWhileItIsUsedEndsIt() throws Exception {
        try (var pool = Executors.newFixedThreadPool(3)) {
            for (var round = 0; round < 20; round++) {
                var issued = token();
                var over = new AtomicBoolean();
                var using = new CountDownLatch(3);
                for (var i = 0; i < 3; i++) {
                    pool.execute(() -> {
                        using.countDown();
                        while (!over.get()) {
                            home.tokens.authenticate(issued.secret().ascii());
                        }
                    });
                }
                try {
                    using.await();
                    done(home.tokens.revoke(issued.token().id()));
                    assertThat(home.tokens.authenticate(issued.secret().ascii()))
                            .isEmpty();
                } finally {
                    over.set(true);
                }
                assertThat(home.tokens.find(issued.token().id()).orElseThrow().revoked())
                        .isNotNull();
            }
        }
    }

    private void use(IssuedToken issued) {
        assertThat(home.tokens.authenticate(issued.secret().ascii())).isPresent();
    }

    private IssuedToken token() {
        return done(home.tokens.create(new NewUserToken("my laptop", Set.of(Scope.READ), null)));
    }
}
