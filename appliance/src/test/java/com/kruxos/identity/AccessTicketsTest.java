package com.kruxos.identity;

import static com.kruxos.identity.IdentityFixture.reasonOf;
import static com.kruxos.identity.IdentityFixture.requireValue;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.result.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Short-lived credentials of one agent, and everything that ends them. */
class AccessTicketsTest {
    private static final String ANNA = "user:utk_anna";

    @TempDir
    Path folder;

    private IdentityFixture home;
    private String agent;

    @BeforeEach
    void open() {
        home = new IdentityFixture(folder);
        agent = home.createAgent("bot").agent().id();
    }

    @AfterEach
    void close() {
        home.close();
    }

    @Test
    void aTicketAuthenticatesItsAgentAndNamesItsIssuer() {
        var issued = issueTicket(ANNA, null);
        var shown = new String(issued.secret().ascii(), StandardCharsets.US_ASCII);

        assertThat(shown).matches("krx_ticket_[A-Za-z0-9_-]{43}");
        var inside = home.agents.authenticate(bytes(shown)).orElseThrow();
        assertThat(inside.agent().id()).isEqualTo(agent);
        assertThat(inside.keyId()).isEqualTo(issued.ticket().id()).startsWith("tkt_");
        assertThat(inside.via()).isEqualTo(ANNA);
        assertThat(inside.lastFour()).isEqualTo(shown.substring(50));
        assertThat(inside.expires()).isEqualTo(home.clock.instant().plus(Agents.TICKET_LIFETIME));
        assertThat(home.agents.isCredentialValid(agent, inside.keyId())).isTrue();
        assertThat(home.agents.isCredentialValid("agt_other", inside.keyId())).isFalse();
        assertThat(issued.toString()).doesNotContain(shown);
    }

    /** Fails without {@code isValidAt} in AccessTickets.findValid. */
    @Test
    void aTicketExpiresAfterAnHour() {
        var shown = secretOf(issueTicket(ANNA, null));
        home.clock.advance(Agents.TICKET_LIFETIME.minusMillis(1));
        assertThat(home.agents.authenticate(shown)).isPresent();
        home.clock.advance(Duration.ofMillis(1));
        assertThat(home.agents.authenticate(shown)).isEmpty();
        assertThat(home.agents.tickets(agent)).isEmpty();
    }

    /** Fails without either {@code earlier} in Agents.issueTicket. */
    @Test
    void aTicketExpiresNoLaterThanItsAgentOrIssuer() {
        var soon = home.clock.instant().plus(Duration.ofMinutes(10));
        assertThat(issueTicket(ANNA, soon).ticket().expires()).isEqualTo(soon);
        var brief = requireValue(home.agents.create(new NewAgent(home.defaultSpaceId(), "short", "", soon)))
                .agent()
                .id();
        assertThat(requireValue(home.agents.issueTicket(brief, ANNA, null, () -> true))
                        .ticket()
                        .expires())
                .isEqualTo(soon);
    }

    /** Fails without {@code tickets.delete} in Agents.revoke or Agents.restore. */
    @Test
    void aTicketEndsWithItsAgentAndIsNotRestoredWithIt() {
        var shown = secretOf(issueTicket(ANNA, null));
        requireValue(home.agents.revoke(agent));
        assertThat(home.agents.authenticate(shown)).isEmpty();
        assertThat(home.agents.ticketCount()).isZero();
        requireValue(home.agents.restore(agent));
        assertThat(home.agents.authenticate(shown)).isEmpty();

        var again = secretOf(issueTicket(ANNA, null));
        home.restart();
        assertThat(home.agents.authenticate(again)).isPresent();
        home.agents.removeAll(home.defaultSpaceId());
        assertThat(home.agents.authenticate(again)).isEmpty();
        home.restart();
        assertThat(home.agents.authenticate(again)).isEmpty();
        assertThat(home.agents.ticketCount()).isZero();
    }

    @Test
    void aTicketIsValidWhileTheAgentIsPausedAndAfterKeyRotation() {
        var shown = secretOf(issueTicket(ANNA, null));
        requireValue(home.agents.rotate(agent, Duration.ZERO)).close();
        requireValue(home.agents.pause(agent));
        assertThat(home.agents.authenticate(shown).orElseThrow().agent().state())
                .isEqualTo(AgentState.PAUSED);
    }

    /** Fails without {@code tickets.delete} in Agents.revokeTicketsVia; the last part when the row stays. */
    @Test
    void revokingAnIssuersTicketsKeepsThoseOfOthers() {
        var annas = secretOf(issueTicket(ANNA, null));
        var bobs = secretOf(issueTicket("user:utk_bob", null));
        assertThat(home.agents.revokeTicketsVia(ANNA)).hasSize(1);
        assertThat(home.agents.authenticate(annas)).isEmpty();
        assertThat(home.agents.authenticate(bobs)).isPresent();
        assertThat(home.agents.revokeTicketsVia(ANNA)).isEmpty();
        home.restart();
        assertThat(home.agents.authenticate(annas)).isEmpty();
        assertThat(home.agents.authenticate(bobs)).isPresent();
    }

    @Test
    void aSingleTicketCanBeRevoked() {
        var one = issueTicket(ANNA, null);
        var shown = secretOf(one);
        assertThat(reasonOf(home.agents.revokeTicket("agt_other", one.ticket().id())))
                .isEqualTo(Result.RefusalReason.NOT_FOUND);
        requireValue(home.agents.revokeTicket(agent, one.ticket().id()));
        assertThat(home.agents.authenticate(shown)).isEmpty();
        assertThat(reasonOf(home.agents.revokeTicket(agent, one.ticket().id())))
                .isEqualTo(Result.RefusalReason.NOT_FOUND);
    }

    /**
     * Fails without {@code issuerValid} in Agents.issueTicket: a token revoked at the same time would leave a valid
     * ticket.
     */
    @Test
    void ticketsAreRefusedForInactiveAgentsAndInvalidIssuers() {
        assertThat(reasonOf(home.agents.issueTicket(agent, ANNA, null, () -> false)))
                .isEqualTo(Result.RefusalReason.CONFLICT);
        assertThat(reasonOf(home.agents.issueTicket("agt_none", ANNA, null, () -> true)))
                .isEqualTo(Result.RefusalReason.NOT_FOUND);
        requireValue(home.agents.revoke(agent));
        assertThat(reasonOf(home.agents.issueTicket(agent, ANNA, null, () -> true)))
                .isEqualTo(Result.RefusalReason.CONFLICT);
        assertThat(home.agents.ticketCount()).isZero();
    }

    /** Fails without the limit in Agents.issueTicket, or when expired tickets are counted or kept. */
    @Test
    void ticketsPerAgentAreLimited() {
        for (var i = 0; i < Agents.MAX_TICKETS; i++) {
            issueTicket(ANNA, null).close();
        }
        assertThat(reasonOf(home.agents.issueTicket(agent, ANNA, null, () -> true)))
                .isEqualTo(Result.RefusalReason.CONFLICT);
        home.clock.advance(Agents.TICKET_LIFETIME);
        issueTicket(ANNA, null).close();
        assertThat(home.agents.ticketCount()).isOne();
    }

    /** What is stored does not authenticate. */
    @Test
    void ticketsAreNotStoredOnDisk() throws Exception {
        var shown = new String(secretOf(issueTicket(ANNA, null)), StandardCharsets.US_ASCII);
        home.close();
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .doesNotContain(shown.substring(11));
            }
        }
        home = new IdentityFixture(folder);
    }

    @Test
    void malformedTicketsAreRejected() {
        var shown = new String(secretOf(issueTicket(ANNA, null)), StandardCharsets.US_ASCII);
        for (var wrong : new String[] {
            "krx_ticket_" + "A".repeat(43),
            shown.substring(0, 53),
            shown + "A",
            "krx_tickeT_" + shown.substring(11),
            " " + shown.substring(1),
            shown.replace(shown.charAt(20), '\0')
        }) {
            assertThat(home.agents.authenticate(bytes(wrong))).isEmpty();
        }
        assertThat(home.tokens.authenticate(bytes(shown))).isEmpty();
    }

    private IssuedTicket issueTicket(String via, @Nullable Instant ends) {
        return requireValue(home.agents.issueTicket(agent, via, ends, () -> true));
    }

    private static byte[] secretOf(IssuedTicket issued) {
        try (issued) {
            return issued.secret().ascii().clone();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
