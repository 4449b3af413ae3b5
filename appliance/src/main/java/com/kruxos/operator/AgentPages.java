package com.kruxos.operator;

import com.kruxos.admin.Admin;
import com.kruxos.admin.AgentView;
import com.kruxos.admin.IssuedAgent;
import com.kruxos.audit.AuditQuery;
import com.kruxos.dashboard.agent.AgentKeyRow;
import com.kruxos.dashboard.agent.AgentListPage;
import com.kruxos.dashboard.agent.AgentPage;
import com.kruxos.dashboard.agent.AgentRow;
import com.kruxos.dashboard.agent.AgentStateLabel;
import com.kruxos.dashboard.agent.ConfigSnippets;
import com.kruxos.dashboard.agent.ExpiryDate;
import com.kruxos.dashboard.agent.NewAgentPage;
import com.kruxos.dashboard.agent.NewKeyPage;
import com.kruxos.dashboard.agent.ToolRow;
import com.kruxos.dashboard.layout.NavigationItem;
import com.kruxos.identity.AgentEdit;
import com.kruxos.identity.AgentState;
import com.kruxos.identity.Spaces;
import com.kruxos.policy.Tier;
import com.kruxos.result.Result;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The list of agents, each of them, and what is done to them. */
final class AgentPages {
    private static final int PAGE_SIZE = 100;
    private static final int MAX_AUDIT_ROWS = 10;
    private static final int UNPROCESSABLE = 422;

    /** How long replaced keys may go on, as the form says it. */
    private static final Map<String, Duration> OVERLAPS = Map.of(
            "none", Duration.ZERO, "1h", Duration.ofHours(1), "24h", Duration.ofHours(24), "168h", Duration.ofDays(7));

    private final Admin admin;
    private final LayoutFactory layouts;
    private final AuditRowMapper auditRows;
    private final FlashMessages flashMessages;
    private final GatewayAddress gatewayAddress;

    /** {@code door} is where agents connect. */
    AgentPages(Admin admin, LayoutFactory frames, FlashMessages notices, GatewayAddress door) {
        this.admin = admin;
        this.layouts = frames;
        auditRows = new AuditRowMapper(admin);
        this.flashMessages = notices;
        this.gatewayAddress = door;
    }

    /** The page of the agent with this id. */
    static String href(String id) {
        return "/agents/" + id;
    }

    PageResponse list(PageRequest ask) {
        var wanted = ask.queryParameter("q").strip().toLowerCase(Locale.ROOT);
        var found = admin.agents().list().stream()
                .filter(view -> matches(view, wanted))
                .sorted(Comparator.comparing((AgentView view) -> view.agent().name())
                        .thenComparing(AgentView::space))
                .toList();
        var count = Math.max((found.size() + PAGE_SIZE - 1) / PAGE_SIZE, 1);
        var page = Math.clamp(parsePageNumber(ask.queryParameter("page")), 1, count);
        var rows = found.stream()
                .skip((page - 1L) * PAGE_SIZE)
                .limit(PAGE_SIZE)
                .map(AgentPages::toRow)
                .toList();
        return PageResponse.page(new AgentListPage(rows, ask.queryParameter("q"), page, count, found.size())
                .render(layouts.forPage(ask, NavigationItem.AGENTS)));
    }

    PageResponse newAgentForm(PageRequest ask) {
        return renderForm(ask, 200, new NewAgentPage("", "", Spaces.DEFAULT_NAME, "", spaceNames(), null));
    }

    PageResponse create(PageRequest ask) {
        var form = ask.form();
        var name = form.text("name").strip();
        var purpose = form.text("purpose").strip();
        var space = form.text("space");
        var expires = form.text("expires");
        Result<IssuedAgent> answer = parseExpiry(expires)
                .<Result<IssuedAgent>>map(moment -> admin.agents()
                        .create(ask.principal(), space, name, purpose, moment.equals(Instant.MAX) ? null : moment))
                .orElseGet(
                        () -> Result.invalid("the expiry is not a date", "write it as 2027-01-31, or leave it empty"));
        return switch (answer) {
            case Result.Done<IssuedAgent>(var issued) -> showNewKey(ask, issued);
            case Result.Refused<IssuedAgent>(var reason, var detail, var hint) ->
                renderForm(
                        ask,
                        UNPROCESSABLE,
                        new NewAgentPage(name, purpose, space, expires, spaceNames(), problemText(detail, hint)));
        };
    }

    PageResponse show(PageRequest ask) {
        return render(ask, 200, findAgent(ask), null);
    }

    PageResponse rotate(PageRequest ask) {
        var agent = findAgent(ask).agent();
        var overlap = OVERLAPS.get(ask.form().text("overlap"));
        return overlap == null
                ? render(ask, UNPROCESSABLE, findAgent(ask), "Choose how long the present key goes on.")
                : showNewKey(ask, admin.agents().rotate(ask.principal(), agent.space(), agent.id(), overlap));
    }

    PageResponse restore(PageRequest ask) {
        var agent = findAgent(ask).agent();
        return showNewKey(ask, admin.agents().restore(ask.principal(), agent.space(), agent.id()));
    }

    PageResponse pause(PageRequest ask) {
        var agent = findAgent(ask).agent();
        return redirectOrShowProblem(
                ask, admin.agents().pause(ask.principal(), agent.space(), agent.id()), "The agent is paused.");
    }

    PageResponse resume(PageRequest ask) {
        var agent = findAgent(ask).agent();
        return redirectOrShowProblem(
                ask, admin.agents().resume(ask.principal(), agent.space(), agent.id()), "The agent may call again.");
    }

    /** The name is typed: it must not happen by a slip. */
    PageResponse revoke(PageRequest ask) {
        var agent = findAgent(ask).agent();
        if (!ask.form().text("confirm").strip().equals(agent.name())) {
            return render(ask, UNPROCESSABLE, findAgent(ask), "Nothing is revoked: that is not the agent's name.");
        }
        return redirectOrShowProblem(
                ask,
                admin.agents().revoke(ask.principal(), agent.space(), agent.id()),
                "The agent is revoked: its keys open nothing, and it is disconnected.");
    }

    /** A day that is sent as it was shown moves nothing: neither to the end of that day, nor one that has passed. */
    PageResponse edit(PageRequest ask) {
        var agent = findAgent(ask).agent();
        var purpose = ask.form().text("purpose").strip();
        var day = ask.form().text("expires").strip();
        if (day.equals(expiryText(agent.expires()))) {
            var edit = new AgentEdit(purpose, null, false);
            return redirectOrShowProblem(
                    ask, admin.agents().edit(ask.principal(), agent.space(), agent.id(), edit), "Saved.");
        }
        var end = parseExpiry(day);
        if (end.isEmpty()) {
            return render(
                    ask,
                    UNPROCESSABLE,
                    findAgent(ask),
                    "The expiry is not a date: write it as 2027-01-31, or leave it empty.");
        }
        var endless = end.get().equals(Instant.MAX);
        var edit = new AgentEdit(purpose, endless ? null : end.get(), endless);
        return redirectOrShowProblem(
                ask, admin.agents().edit(ask.principal(), agent.space(), agent.id(), edit), "Saved.");
    }

    PageResponse closeSession(PageRequest ask) {
        var agent = findAgent(ask).agent();
        var known = admin.sessions().list().stream()
                .anyMatch(view -> view.session().id().equals(ask.path("session"))
                        && view.session().caller().agentId().equals(agent.id()));
        if (!known) {
            flashMessages.putDone(ask.session().id(), "The session had ended by itself.");
            return PageResponse.seeOther(href(agent.id()));
        }
        return redirectOrShowProblem(
                ask,
                admin.sessions().close(ask.principal(), ask.path("session")),
                "The session is closed. The agent may open another one.");
    }

    private AgentView findAgent(PageRequest ask) {
        return switch (admin.agents().findById(ask.path("agent"))) {
            case Result.Done<AgentView>(var view) -> view;
            case Result.Refused<AgentView> refused -> throw PageError.of(refused);
        };
    }

    private <T> PageResponse redirectOrShowProblem(PageRequest ask, Result<T> answer, String text) {
        return switch (answer) {
            case Result.Done<T> _ -> {
                flashMessages.putDone(ask.session().id(), text);
                yield PageResponse.seeOther(href(ask.path("agent")));
            }
            case Result.Refused<T>(var reason, var detail, var hint) ->
                render(ask, UNPROCESSABLE, findAgent(ask), problemText(detail, hint));
        };
    }

    private PageResponse showNewKey(PageRequest ask, Result<IssuedAgent> answer) {
        return switch (answer) {
            case Result.Done<IssuedAgent>(var issued) -> showNewKey(ask, issued);
            case Result.Refused<IssuedAgent>(var reason, var detail, var hint) ->
                render(ask, UNPROCESSABLE, findAgent(ask), problemText(detail, hint));
        };
    }

    /** The one answer that holds the key; it is not kept, and reloading the page asks for another one. */
    private PageResponse showNewKey(PageRequest ask, IssuedAgent issued) {
        try (issued) {
            var endpoint = gatewayAddress.webSocketUrl(ask.host());
            var snippets = ConfigSnippets.of(
                    gatewayAddress.httpUrl(ask.host()),
                    endpoint,
                    issued.agent().agent().name());
            return PageResponse.page(
                    new NewKeyPage(toRow(issued.agent()), issued.key().ascii(), endpoint.toString(), snippets)
                            .render(layouts.forPage(ask, NavigationItem.AGENTS)));
        }
    }

    private PageResponse render(PageRequest ask, int status, AgentView view, @Nullable String problem) {
        var agent = view.agent();
        var keys = agent.keys().stream()
                .map(key -> new AgentKeyRow(key.id(), key.lastFour(), key.created(), key.expires()))
                .toList();
        var sessions = admin.sessions().list().stream()
                .filter(open -> open.session().caller().agentId().equals(agent.id()))
                .map(HomePages::sessions)
                .toList();
        var tools = admin.tools().toolsOf(agent).stream()
                .map(tool -> new ToolRow(
                        tool.tool().name(), tool.server(), tool.tool().description(), tool.tier() != Tier.BLOCKED))
                .toList();
        var entries = auditRows.toRows(
                admin.audit().query(new AuditQuery(null, null, MAX_AUDIT_ROWS, agent.id(), null, null)));
        return PageResponse.page(
                status,
                new AgentPage(
                                toRow(view),
                                keys,
                                sessions,
                                tools,
                                tools.stream().allMatch(ToolRow::allowed),
                                entries,
                                problem)
                        .render(layouts.forPage(ask, NavigationItem.AGENTS)));
    }

    private PageResponse renderForm(PageRequest ask, int status, NewAgentPage page) {
        return PageResponse.page(status, page.render(layouts.forPage(ask, NavigationItem.AGENTS)));
    }

    private List<String> spaceNames() {
        return admin.spaces().list().stream().map(view -> view.space().name()).toList();
    }

    private static AgentRow toRow(AgentView view) {
        var agent = view.agent();
        return new AgentRow(
                agent.id(),
                href(agent.id()),
                agent.name(),
                view.space(),
                agent.purpose(),
                toStatus(agent.state()),
                agent.keys().isEmpty() ? "" : agent.keys().getLast().lastFour(),
                agent.created(),
                agent.expires(),
                view.sessions());
    }

    private static AgentStateLabel toStatus(AgentState state) {
        return switch (state) {
            case ACTIVE -> AgentStateLabel.ACTIVE;
            case PAUSED -> AgentStateLabel.PAUSED;
            case REVOKED -> AgentStateLabel.REVOKED;
            case EXPIRED -> AgentStateLabel.EXPIRED;
        };
    }

    private static boolean matches(AgentView view, String wanted) {
        return wanted.isEmpty()
                || view.agent().name().contains(wanted)
                || view.space().contains(wanted)
                || view.agent().purpose().toLowerCase(Locale.ROOT).contains(wanted);
    }

    private static int parsePageNumber(String text) {
        return text.matches("\\d{1,6}") ? Integer.parseInt(text) : 1;
    }

    /** The end of that day, or {@link Instant#MAX} where nothing is written; absent when it is no date. */
    private static Optional<Instant> parseExpiry(String text) {
        if (text.isBlank()) {
            return Optional.of(Instant.MAX);
        }
        try {
            return Optional.of(ExpiryDate.toInstant(LocalDate.parse(text.strip())));
        } catch (DateTimeException e) { // also of the last day there is, which has none after it
            return Optional.empty();
        }
    }

    /** As the form shows it. */
    private static String expiryText(@Nullable Instant expires) {
        return expires == null ? "" : ExpiryDate.fromInstant(expires).toString();
    }

    private static String problemText(String detail, String hint) {
        return SignInPages.sentence(detail) + " " + SignInPages.sentence(hint);
    }
}
