package com.kruxos.identity;

import static com.kruxos.identity.IdentityFixture.pepper;
import static com.kruxos.identity.IdentityFixture.requireValue;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two caches on one database and one feed, as two nodes would have: a change by one is visible to the other at once.
 */
class ChangeFeedTest {
    private static final byte[] PASSPHRASE = "correct horse battery staple".getBytes(StandardCharsets.UTF_8);

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
    void agentsKeysAndTicketsAreReloaded() {
        var other = Agents.open(home.database, home.changes, pepper(), home.clock);
        var first = home.createAgent("build-bot");
        var id = first.agent().id();
        assertThat(other.authenticate(first.key().ascii())).isPresent();

        var second = requireValue(home.agents.rotate(id, Duration.ZERO));
        assertThat(other.authenticate(first.key().ascii())).isEmpty();
        assertThat(other.authenticate(second.key().ascii())).isPresent();
        var ticket = requireValue(home.agents.issueTicket(id, "user:utk_anna", null, () -> true));
        assertThat(other.authenticate(ticket.secret().ascii())).isPresent();

        requireValue(home.agents.pause(id));
        assertThat(other.findById(id).orElseThrow().state()).isEqualTo(AgentState.PAUSED);
        requireValue(other.revoke(id));
        assertThat(home.agents.authenticate(second.key().ascii())).isEmpty();
        assertThat(home.agents.authenticate(ticket.secret().ascii())).isEmpty();
        assertThat(home.agents.keyCount() + home.agents.ticketCount()).isZero();

        other.removeAll(home.defaultSpaceId());
        assertThat(home.agents.findById(id)).isEmpty();
    }

    @Test
    void userTokensAreReloadedAndKeepTheirLatestUse() {
        var other = UserTokens.open(home.database, home.changes, pepper(), home.clock);
        var issued = requireValue(home.tokens.create(new NewUserToken("ci", Set.of(Scope.READ), null)));
        var id = issued.token().id();
        assertThat(other.authenticate(issued.secret().ascii())).isPresent();
        home.clock.advance(Duration.ofSeconds(30));
        assertThat(home.tokens.authenticate(issued.secret().ascii())).isPresent();

        requireValue(other.revoke(id));

        assertThat(home.tokens.authenticate(issued.secret().ascii())).isEmpty();
        assertThat(home.tokens.tokenCount()).isZero();
        assertThat(home.tokens.find(id).orElseThrow().lastUsed()).isEqualTo(home.clock.instant());
    }

    @Test
    void operatorsAreReloaded() {
        var other = Operators.open(home.database, home.changes, pepper(), home.clock);
        var invitation = requireValue(home.operators.add("ada"));
        var ada = requireValue(home.operators.acceptInvitation(invitation.code().ascii(), PASSPHRASE));
        assertThat(other.authenticate("ada", PASSPHRASE)).contains(ada);

        requireValue(other.remove(ada.id()));

        assertThat(home.operators.list()).isEmpty();
    }
}
