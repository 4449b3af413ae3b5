package com.kruxos.identity;

import static com.kruxos.identity.IdentityFixture.reasonOf;
import static com.kruxos.identity.IdentityFixture.requireValue;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.result.Result;
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

    private IdentityFixture home;

    @BeforeEach
    void open() {
        home = new IdentityFixture(folder);
    }

    @AfterEach
    void close() {
        home.close();
    }

    /**
     * A token is shown once. Fails when NewCredential.userToken changes its format, or UserTokens.issueToken stores
     * more than the hash.
     */
    @Test
    void aTokenAuthenticatesAndIsNotStored() throws Exception {
        var issued = createToken();
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
     * A revocation takes effect on the next call. Fails without the change feed in UserTokens.markRevoked, which also
     * makes a revoked token like one that never existed.
     */
    @Test
    void revocationTakesEffectOnTheNextCall() {
        var issued = createToken();
        assertThat(home.tokens.authenticate(issued.secret().ascii())).isPresent();

        requireValue(home.tokens.revoke(issued.token().id()));

        assertThat(home.tokens.authenticate(issued.secret().ascii())).isEmpty();
        assertThat(home.tokens.tokenCount()).isZero();
        assertThat(home.tokens.list().getFirst().stateAt(home.clock.instant()))
                .isEqualTo(UserToken.UserTokenState.REVOKED);
        home.restart();
        assertThat(home.tokens.authenticate(issued.secret().ascii())).isEmpty();
        assertThat(home.tokens.list().getFirst().revoked()).isEqualTo(home.clock.instant());
        requireValue(home.tokens.revoke(issued.token().id()));
        assertThat(reasonOf(home.tokens.revoke("utk_nothing"))).isEqualTo(Result.RefusalReason.NOT_FOUND);
    }

    /** Tokens expire. Fails without the expiry in UserToken.stateAt. */
    @Test
    void aTokenExpiresOnTime() {
        var ends = home.clock.instant().plusSeconds(60);
        var issued = requireValue(home.tokens.create(new NewUserToken("ci", Set.of(Scope.READ), ends)));
        home.clock.advance(Duration.ofMillis(59_999));
        assertThat(home.tokens.authenticate(issued.secret().ascii())).isPresent();

        home.clock.advance(Duration.ofMillis(1));

        assertThat(home.tokens.authenticate(issued.secret().ascii())).isEmpty();
        assertThat(home.tokens.find(issued.token().id()).orElseThrow().stateAt(home.clock.instant()))
                .isEqualTo(UserToken.UserTokenState.EXPIRED);
    }

    /**
     * Scopes limit a token. Fails without {@code scopes.contains(Scope.ADMIN)}, or when UserToken.allows allows
     * everything.
     */
    @Test
    void scopesAreStoredAndOnlyAdminAllowsEverything() {
        var few = requireValue(home.tokens.create(new NewUserToken("ci", EnumSet.of(Scope.READ, Scope.OPERATE), null)));
        var all = requireValue(home.tokens.create(new NewUserToken("me", Set.of(Scope.ADMIN), null)));
        home.restart();
        var inside = home.tokens.authenticate(few.secret().ascii()).orElseThrow();

        assertThat(inside.scopes()).containsExactlyInAnyOrder(Scope.READ, Scope.OPERATE);
        assertThat(inside.allows(Scope.OPERATE)).isTrue();
        assertThat(inside.allows(Scope.SECRETS_READ)).isFalse();
        assertThat(inside.allows(Scope.ADMIN)).isFalse();
        var admin = home.tokens.authenticate(all.secret().ascii()).orElseThrow();
        assertThat(Scope.values())
                .allSatisfy(scope -> assertThat(admin.allows(scope)).isTrue());
    }

    @Test
    void invalidTokenRequestsAreRefused() {
        var now = home.clock.instant();
        assertThat(reasonOf(home.tokens.create(new NewUserToken("", Set.of(Scope.READ), null))))
                .isEqualTo(Result.RefusalReason.INVALID);
        assertThat(reasonOf(home.tokens.create(new NewUserToken("a\tb", Set.of(Scope.READ), null))))
                .isEqualTo(Result.RefusalReason.INVALID);
        assertThat(reasonOf(home.tokens.create(new NewUserToken("ci", Set.of(), null))))
                .isEqualTo(Result.RefusalReason.INVALID);
        assertThat(reasonOf(home.tokens.create(new NewUserToken("ci", Set.of(Scope.READ), now))))
                .isEqualTo(Result.RefusalReason.INVALID);
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
    void malformedTokensAreRejected(String presented) {
        createToken();
        assertThat(home.tokens.authenticate(presented.getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void agentKeysAndUserTokensAreNotInterchangeable() {
        assertThat(home.tokens.authenticate(home.createAgent("build-bot").key().ascii()))
                .isEmpty();
        assertThat(home.agents.authenticate(createToken().secret().ascii())).isEmpty();
    }

    /** Fails without the check of {@code LAST_USED_INTERVAL} in UserTokens.storeLastUse. */
    @Test
    void lastUseIsStoredAtMostOncePerMinute() {
        var issued = createToken();
        var first = home.clock.instant();
        authenticate(issued);
        home.clock.advance(Duration.ofSeconds(59));
        authenticate(issued);
        assertThat(home.tokens.list().getFirst().lastUsed()).isEqualTo(home.clock.instant());

        home.restart();
        assertThat(home.tokens.list().getFirst().lastUsed()).isEqualTo(first);

        home.clock.advance(Duration.ofSeconds(1));
        authenticate(issued);
        home.restart();
        assertThat(home.tokens.list().getFirst().lastUsed()).isEqualTo(first.plusSeconds(60));
    }

    /** A use concurrent with the revocation must not make the token valid again. */
    @Test
    void revocationWinsAgainstConcurrentUse() throws Exception {
        try (var pool = Executors.newFixedThreadPool(3)) {
            for (var round = 0; round < 20; round++) {
                var issued = createToken();
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
                    requireValue(home.tokens.revoke(issued.token().id()));
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

    private void authenticate(IssuedToken issued) {
        assertThat(home.tokens.authenticate(issued.secret().ascii())).isPresent();
    }

    private IssuedToken createToken() {
        return requireValue(home.tokens.create(new NewUserToken("my laptop", Set.of(Scope.READ), null)));
    }
}
