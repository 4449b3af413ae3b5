package com.kruxos.operator;

import com.kruxos.admin.Admin;
import com.kruxos.admin.AgentView;
import com.kruxos.admin.IssuedAgent;
import com.kruxos.dashboard.agent.ConfigSnippets;
import com.kruxos.dashboard.agent.ExpiryDate;
import com.kruxos.dashboard.agent.NewAgentPage;
import com.kruxos.dashboard.agent.NewKeyPage;
import com.kruxos.dashboard.layout.NavigationItem;
import com.kruxos.identity.AgentEdit;
import com.kruxos.identity.Spaces;
import com.kruxos.result.Result;
import com.kruxos.web.http.WebResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The list of agents, their pages, and the actions on them. */
final class AgentPages {
    private static final int UNPROCESSABLE = 422;

    /** How long replaced keys stay valid, by form value. */
    private static final Map<String, Duration> OVERLAPS = Map.of(
            "none", Duration.ZERO, "1h", Duration.ofHours(1), "24h", Duration.ofHours(24), "168h", Duration.ofDays(7));

    private final Admin admin;
    private final LayoutFactory layouts;
    private final AgentPageMapper mapper;
    private final FlashMessages flashMessages;
    private final GatewayAddress gatewayAddress;

    AgentPages(Admin admin, LayoutFactory layouts, FlashMessages flashMessages, GatewayAddress gatewayAddress) {
        this.admin = admin;
        this.layouts = layouts;
        mapper = new AgentPageMapper(admin);
        this.flashMessages = flashMessages;
        this.gatewayAddress = gatewayAddress;
    }

    WebResponse list(PageRequest request) {
        var page =
                AgentSearch.search(admin.agents().list(), request.queryParameter("q"), request.queryParameter("page"));
        return PageResponses.page(page.render(layouts.forPage(request, NavigationItem.AGENTS)));
    }

    WebResponse newAgentForm(PageRequest request) {
        return renderForm(request, 200, new NewAgentPage("", "", Spaces.DEFAULT_NAME, "", spaceNames(), null));
    }

    WebResponse create(PageRequest request) {
        var form = request.form();
        var name = form.text("name").strip();
        var purpose = form.text("purpose").strip();
        var space = form.text("space");
        var expires = form.text("expires");
        Result<IssuedAgent> answer = parseExpiry(expires)
                .<Result<IssuedAgent>>map(moment -> admin.agents()
                        .create(request.principal(), space, name, purpose, moment.equals(Instant.MAX) ? null : moment))
                .orElseGet(
                        () -> Result.invalid("the expiry is not a date", "write it as 2027-01-31, or leave it empty"));
        return switch (answer) {
            case Result.Done<IssuedAgent>(var issued) -> showNewKey(request, issued);
            case Result.Refused<IssuedAgent>(var reason, var detail, var hint) ->
                renderForm(
                        request,
                        UNPROCESSABLE,
                        new NewAgentPage(name, purpose, space, expires, spaceNames(), problemText(detail, hint)));
        };
    }

    WebResponse show(PageRequest request) {
        return render(request, 200, findAgent(request), null);
    }

    WebResponse rotate(PageRequest request) {
        var agent = findAgent(request).agent();
        var overlap = OVERLAPS.get(request.form().text("overlap"));
        return overlap == null
                ? render(request, UNPROCESSABLE, findAgent(request), "Choose how long the old key stays valid.")
                : showNewKey(request, admin.agents().rotate(request.principal(), agent.space(), agent.id(), overlap));
    }

    WebResponse restore(PageRequest request) {
        var agent = findAgent(request).agent();
        return showNewKey(request, admin.agents().restore(request.principal(), agent.space(), agent.id()));
    }

    WebResponse pause(PageRequest request) {
        var agent = findAgent(request).agent();
        return redirectOrShowProblem(
                request, admin.agents().pause(request.principal(), agent.space(), agent.id()), "The agent is paused.");
    }

    WebResponse resume(PageRequest request) {
        var agent = findAgent(request).agent();
        return redirectOrShowProblem(
                request,
                admin.agents().resume(request.principal(), agent.space(), agent.id()),
                "The agent may call again.");
    }

    /** The operator must type the name, to prevent mistakes. */
    WebResponse revoke(PageRequest request) {
        var agent = findAgent(request).agent();
        if (!request.form().text("confirm").strip().equals(agent.name())) {
            return render(request, UNPROCESSABLE, findAgent(request), "Not revoked: that is not the agent's name.");
        }
        return redirectOrShowProblem(
                request,
                admin.agents().revoke(request.principal(), agent.space(), agent.id()),
                "The agent is revoked: its keys are invalid, and its sessions are closed.");
    }

    /** An unchanged day does not change the expiry, even if the expiry is in the past or not at the end of a day. */
    WebResponse edit(PageRequest request) {
        var agent = findAgent(request).agent();
        var purpose = request.form().text("purpose").strip();
        var day = request.form().text("expires").strip();
        if (day.equals(expiryText(agent.expires()))) {
            var edit = new AgentEdit(purpose, null, false);
            return redirectOrShowProblem(
                    request, admin.agents().edit(request.principal(), agent.space(), agent.id(), edit), "Saved.");
        }
        var end = parseExpiry(day);
        if (end.isEmpty()) {
            return render(
                    request,
                    UNPROCESSABLE,
                    findAgent(request),
                    "The expiry is not a date: write it as 2027-01-31, or leave it empty.");
        }
        var endless = end.get().equals(Instant.MAX);
        var edit = new AgentEdit(purpose, endless ? null : end.get(), endless);
        return redirectOrShowProblem(
                request, admin.agents().edit(request.principal(), agent.space(), agent.id(), edit), "Saved.");
    }

    WebResponse closeSession(PageRequest request) {
        var agent = findAgent(request).agent();
        var known = admin.sessions().list().stream()
                .anyMatch(view -> view.session().id().equals(request.path("session"))
                        && view.session().caller().agentId().equals(agent.id()));
        if (!known) {
            flashMessages.putDone(request.session().id(), "The session had already ended.");
            return WebResponse.seeOther(AgentPageMapper.href(agent.id()));
        }
        return redirectOrShowProblem(
                request,
                admin.sessions().close(request.principal(), request.path("session")),
                "The session is closed. The agent may open another one.");
    }

    private AgentView findAgent(PageRequest request) {
        return switch (admin.agents().findById(request.path("agent"))) {
            case Result.Done<AgentView>(var view) -> view;
            case Result.Refused<AgentView> refused -> throw PageErrors.of(refused);
        };
    }

    private <T> WebResponse redirectOrShowProblem(PageRequest request, Result<T> answer, String text) {
        return switch (answer) {
            case Result.Done<T> _ -> {
                flashMessages.putDone(request.session().id(), text);
                yield WebResponse.seeOther(AgentPageMapper.href(request.path("agent")));
            }
            case Result.Refused<T>(var reason, var detail, var hint) ->
                render(request, UNPROCESSABLE, findAgent(request), problemText(detail, hint));
        };
    }

    private WebResponse showNewKey(PageRequest request, Result<IssuedAgent> answer) {
        return switch (answer) {
            case Result.Done<IssuedAgent>(var issued) -> showNewKey(request, issued);
            case Result.Refused<IssuedAgent>(var reason, var detail, var hint) ->
                render(request, UNPROCESSABLE, findAgent(request), problemText(detail, hint));
        };
    }

    /** The only response that contains the key. Reloading the page would submit the form again. */
    private WebResponse showNewKey(PageRequest request, IssuedAgent issued) {
        try (issued) {
            var endpoint = gatewayAddress.webSocketUrl(request.host());
            var snippets = ConfigSnippets.of(
                    gatewayAddress.httpUrl(request.host()),
                    endpoint,
                    issued.agent().agent().name());
            return PageResponses.page(new NewKeyPage(
                            AgentPageMapper.toRow(issued.agent()), issued.key().ascii(), endpoint.toString(), snippets)
                    .render(layouts.forPage(request, NavigationItem.AGENTS)));
        }
    }

    private WebResponse render(PageRequest request, int status, AgentView view, @Nullable String problem) {
        var page = mapper.toPage(view, problem);
        return PageResponses.page(status, page.render(layouts.forPage(request, NavigationItem.AGENTS)));
    }

    private WebResponse renderForm(PageRequest request, int status, NewAgentPage page) {
        return PageResponses.page(status, page.render(layouts.forPage(request, NavigationItem.AGENTS)));
    }

    private List<String> spaceNames() {
        return admin.spaces().list().stream().map(view -> view.space().name()).toList();
    }

    /** The end of the day; {@link Instant#MAX} if the text is blank; empty if it is not a date. */
    private static Optional<Instant> parseExpiry(String text) {
        if (text.isBlank()) {
            return Optional.of(Instant.MAX);
        }
        try {
            return Optional.of(ExpiryDate.toInstant(LocalDate.parse(text.strip())));
        } catch (DateTimeException e) { // also for LocalDate.MAX, which has no next day
            return Optional.empty();
        }
    }

    private static String expiryText(@Nullable Instant expires) {
        return expires == null ? "" : ExpiryDate.fromInstant(expires).toString();
    }

    private static String problemText(String detail, String hint) {
        return PageResponses.sentence(detail) + " " + PageResponses.sentence(hint);
    }
}
