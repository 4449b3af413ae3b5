package com.kruxos.identity;

import static com.kruxos.identity.Home.done;
import static com.kruxos.identity.Home.refused;
import static org.assertj.core.api.Assertions.assertThat;

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

/** Short-lived ways in for one agent, and everything that ends them. */
class TicketsTest {
    private static final String ANNA = "user:utk_anna";

    @TempDir
    Path folder;

    private Home home;
    private String agent;

    @BeforeEach
    void open() {
        home = new Home(folder);
        agent = home.agent("bot").agent().id();
    }

    @AfterEach
    void close() {
        home.close();
    }

    @Test
    void aTicketOpensTheDoorForItsAgentAndSaysWhoMadeIt() {
        var issued = ticket(ANNA, null);
        var shown = new String(issued.secret().ascii(), StandardCharsets.US_ASCII);

        assertThat(shown).matches("krx_ticket_[A-Za-z0-9_-]{43}");
        var inside = home.agents.authenticate(bytes(shown)).orElseThrow();
        assertThat(inside.agent().id()).isEqualTo(agent);
        assertThat(inside.keyId()).isEqualTo(issued.ticket().id()).startsWith("tkt_");
        assertThat(inside.via()).isEqualTo(ANNA);
        assertThat(inside.lastFour()).isEqualTo(shown.substring(50));
        assertThat(inside.ends()).isEqualTo(home.clock.instant().plus(Agents.TICKET_LIFE));
        assertThat(home.agents.counts(agent, inside.keyId())).isTrue();
        assertThat(home.agents.counts("agt_other", inside.keyId())).isFalse();
        assertThat(issued.toString()).doesNotContain(shown);
    }

    /** Red without the {@code countsAt} in Tickets.counting. */
    @Test
    void itEndsAfterAnHour() {
        var shown = shown(ticket(ANNA, null));
        home.clock.pass(Agents.TICKET_LIFE.minusMillis(1));
        assertThat(home.agents.authenticate(shown)).isPresent();
        home.clock.pass(Duration.ofMillis(1));
        assertThat(home.agents.authenticate(shown)).isEmpty();
        assertThat(home.agents.tickets(agent)).isEmpty();
    }

    /** Red without one of the two {@code earlier} in Agents.ticket. */
    @Test
    void itEndsNoLaterThanTheAgentAndWhoMadeIt() {
        var soon = home.clock.instant().plus(Duration.ofMinutes(10));
        assertThat(ticket(ANNA, soon).ticket().expires()).isEqualTo(soon);
        var brief = done(home.agents.create(new NewAgent(home.space(), "short", "", soon)))
                .agent()
                .id();
        assertThat(done(home.agents.ticket(brief, ANNA, null, () -> true))
                        .ticket()
                        .expires())
                .isEqualTo(soon);
    }

    /** Red without {@code tickets.end} in Agents.revoke or Agents.restore. */
    @Test
    void itEndsWithTheAgentAndDoesNotComeBackWithIt() {
        var shown = shown(ticket(ANNA, null));
        done(home.agents.revoke(agent));
        assertThat(home.agents.authenticate(shown)).isEmpty();
        assertThat(home.agents.knownTickets()).isZero();
        done(home.agents.restore(agent));
        assertThat(home.agents.authenticate(shown)).isEmpty();

        var again = shown(ticket(ANNA, null));
        home.restart();
        assertThat(home.agents.authenticate(again)).isPresent();
        home.agents.removeAll(home.space());
        assertThat(home.agents.authenticate(again)).isEmpty();
        home.restart();
        assertThat(home.agents.authenticate(again)).isEmpty();
        assertThat(home.agents.knownTickets()).isZero();
    }

    @Test
    void aPausedAgentsTicketEntersAndARotatedKeyDoesNotEndIt() {
        var shown = shown(ticket(ANNA, null));
        done(home.agents.rotate(agent, Duration.ZERO)).close();
        done(home.agents.pause(agent));
        assertThat(home.agents.authenticate(shown).orElseThrow().agent().state())
                .isEqualTo(AgentState.PAUSED);
    }

    /** Red without {@code tickets.end} in Agents.endTicketsVia; the last part when the row stays. */
    @Test
    void itEndsWithWhoMadeItAndNobodyElse() {
        var annas = shown(ticket(ANNA, null));
        var bobs = shown(ticket("user:utk_bob", null));
        assertThat(home.agents.endTicketsVia(ANNA)).hasSize(1);
        assertThat(home.agents.authenticate(annas)).isEmpty();
        assertThat(home.agents.authenticate(bobs)).isPresent();
        assertThat(home.agents.endTicketsVia(ANNA)).isEmpty();
        home.restart();
        assertThat(home.agents.authenticate(annas)).isEmpty();
        assertThat(home.agents.authenticate(bobs)).isPresent();
    }

    @Test
    void oneCanBeEndedByItself() {
        var one = ticket(ANNA, null);
        var shown = shown(one);
        assertThat(refused(home.agents.endTicket("agt_other", one.ticket().id())))
                .isEqualTo(Answer.Reason.NOT_FOUND);
        done(home.agents.endTicket(agent, one.ticket().id()));
        assertThat(home.agents.authenticate(shown)).isEmpty();
        assertThat(refused(home.agents.endTicket(agent, one.ticket().id()))).isEqualTo(Answer.Reason.NOT_FOUND);
    }

    /** Red without {@code viaCounts} in Agents.ticket: a token revoked meanwhile would leave a ticket behind. */
    @Test
    void whoMayNotEnterAndWhoMayNotAskGetNone() {
        assertThat(refused(home.agents.ticket(agent, ANNA, null, () -> false))).isEqualTo(Answer.Reason.CONFLICT);
        assertThat(refused(home.agents.ticket("agt_none", ANNA, null, () -> true)))
                .isEqualTo(Answer.Reason.NOT_FOUND);
        done(home.agents.revoke(agent));
        assertThat(refused(home.agents.ticket(agent, ANNA, null, () -> true))).isEqualTo(Answer.Reason.CONFLICT);
        assertThat(home.agents.knownTickets()).isZero();
    }

    /** Red without the bound in Agents.ticket, or when those that ran out are counted or kept. */
    @Test
    void anAgentHasOnlySoMany() {
        for (var i = 0; i < Agents.MOST_TICKETS; i++) {
            ticket(ANNA, null).close();
        }
        assertThat(refused(home.agents.ticket(agent, ANNA, null, () -> true))).isEqualTo(Answer.Reason.CONFLICT);
        home.clock.pass(Agents.TICKET_LIFE);
        ticket(ANNA, null).close();
        assertThat(home.agents.knownTickets()).isOne();
    }

    /** K1 for tickets: what is kept opens nothing. */
    @Test
    void theTicketItselfIsNowhereOnDisk() throws Exception {
        var shown = new String(shown(ticket(ANNA, null)), StandardCharsets.US_ASCII);
        home.close();
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .doesNotContain(shown.substring(11));
            }
        }
        home = new Home(folder);
    }

    @Test
    void whatIsNoTicketOpensNothing() {
        var shown = new String(shown(ticket(ANNA, null)), StandardCharsets.US_ASCII);
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

    private IssuedTicket ticket(String via, @Nullable Instant ends) {
        return done(home.agents.ticket(agent, via, ends, () -> true));
    }

    private static byte[] shown(IssuedTicket issued) {
        try (issued) {
            return issued.secret().ascii().clone();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
