package com.kruxos.operator;

import com.kruxos.admin.Admin;
import com.kruxos.admin.AgentView;
import com.kruxos.admin.IssuedAgent;
import com.kruxos.audit.AuditQuery;
import com.kruxos.dashboard.AgentPage;
import com.kruxos.dashboard.AgentRow;
import com.kruxos.dashboard.Agents;
import com.kruxos.dashboard.Issued;
import com.kruxos.dashboard.Key;
import com.kruxos.dashboard.LastDay;
import com.kruxos.dashboard.NewAgent;
import com.kruxos.dashboard.Pages;
import com.kruxos.dashboard.Section;
import com.kruxos.dashboard.Snippets;
import com.kruxos.dashboard.State;
import com.kruxos.dashboard.Tool;
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
    private static final int PER_PAGE = 100;
    private static final int MOST_ENTRIES = 10;
    private static final int UNUSABLE = 422;

    /** How long replaced keys may go on, as the form says it. */
    private static final Map<String, Duration> OVERLAPS = Map.of(
            "none", Duration.ZERO, "1h", Duration.ofHours(1), "24h", Duration.ofHours(24), "168h", Duration.ofDays(7));

    private final Admin admin;
    private final Pages pages;
    private final Frames frames;
    private final Records records;
    private final Notices notices;
    private final AgentsDoor door;

    /** {@code door} is where agents connect. */
    AgentPages(Admin admin, Pages pages, Frames frames, Notices notices, AgentsDoor door) {
        this.admin = admin;
        this.pages = pages;
        this.frames = frames;
        records = new Records(admin);
        this.notices = notices;
        this.door = door;
    }

    /** The page of the agent with this id. */
    static String href(String id) {
        return "/agents/" + id;
    }

    Reply list(Ask ask) {
        var wanted = ask.query("q").strip().toLowerCase(Locale.ROOT);
        var found = admin.agents().list().stream()
                .filter(view -> matches(view, wanted))
                .sorted(Comparator.comparing((AgentView view) -> view.agent().name())
                        .thenComparing(AgentView::space))
                .toList();
        var count = Math.max((found.size() + PER_PAGE - 1) / PER_PAGE, 1);
        var page = Math.clamp(number(ask.query("page")), 1, count);
        var rows = found.stream()
                .skip((page - 1L) * PER_PAGE)
                .limit(PER_PAGE)
                .map(AgentPages::row)
                .toList();
        return Reply.page(pages.agents(
                frames.of(ask, Section.AGENTS), new Agents(rows, ask.query("q"), page, count, found.size())));
    }

    Reply blank(Ask ask) {
        return form(ask, 200, new NewAgent("", "", Spaces.DEFAULT_NAME, "", spaces(), null));
    }

    Reply create(Ask ask) {
        var form = ask.form();
        var name = form.text("name").strip();
        var purpose = form.text("purpose").strip();
        var space = form.text("space");
        var expires = form.text("expires");
        Result<IssuedAgent> answer = end(expires)
                .<Result<IssuedAgent>>map(moment -> admin.agents()
                        .create(ask.who(), space, name, purpose, moment.equals(Instant.MAX) ? null : moment))
                .orElseGet(
                        () -> Result.invalid("the expiry is not a date", "write it as 2027-01-31, or leave it empty"));
        return switch (answer) {
            case Result.Done<IssuedAgent>(var issued) -> issued(ask, issued);
            case Result.Refused<IssuedAgent>(var reason, var detail, var hint) ->
                form(ask, UNUSABLE, new NewAgent(name, purpose, space, expires, spaces(), problem(detail, hint)));
        };
    }

    Reply show(Ask ask) {
        return page(ask, 200, find(ask), null);
    }

    Reply rotate(Ask ask) {
        var agent = find(ask).agent();
        var overlap = OVERLAPS.get(ask.form().text("overlap"));
        return overlap == null
                ? page(ask, UNUSABLE, find(ask), "Choose how long the present key goes on.")
                : issued(ask, admin.agents().rotate(ask.who(), agent.space(), agent.id(), overlap));
    }

    Reply restore(Ask ask) {
        var agent = find(ask).agent();
        return issued(ask, admin.agents().restore(ask.who(), agent.space(), agent.id()));
    }

    Reply pause(Ask ask) {
        var agent = find(ask).agent();
        return done(ask, admin.agents().pause(ask.who(), agent.space(), agent.id()), "The agent is paused.");
    }

    Reply resume(Ask ask) {
        var agent = find(ask).agent();
        return done(ask, admin.agents().resume(ask.who(), agent.space(), agent.id()), "The agent may call again.");
    }

    /** The name is typed: it must not happen by a slip. */
    Reply revoke(Ask ask) {
        var agent = find(ask).agent();
        if (!ask.form().text("confirm").strip().equals(agent.name())) {
            return page(ask, UNUSABLE, find(ask), "Nothing is revoked: that is not the agent's name.");
        }
        return done(
                ask,
                admin.agents().revoke(ask.who(), agent.space(), agent.id()),
                "The agent is revoked: its keys open nothing, and it is disconnected.");
    }

    /** A day that is sent as it was shown moves nothing: neither to the end of that day, nor one that has passed. */
    Reply edit(Ask ask) {
        var agent = find(ask).agent();
        var purpose = ask.form().text("purpose").strip();
        var day = ask.form().text("expires").strip();
        if (day.equals(shown(agent.expires()))) {
            var edit = new AgentEdit(purpose, null, false);
            return done(ask, admin.agents().edit(ask.who(), agent.space(), agent.id(), edit), "Saved.");
        }
        var end = end(day);
        if (end.isEmpty()) {
            return page(
                    ask, UNUSABLE, find(ask), "The expiry is not a date: write it as 2027-01-31, or leave it empty.");
        }
        var endless = end.get().equals(Instant.MAX);
        var edit = new AgentEdit(purpose, endless ? null : end.get(), endless);
        return done(ask, admin.agents().edit(ask.who(), agent.space(), agent.id(), edit), "Saved.");
    }

    Reply closeSession(Ask ask) {
        var agent = find(ask).agent();
        var known = admin.sessions().list().stream()
                .anyMatch(view -> view.session().id().equals(ask.path("session"))
                        && view.session().connectionInfo().agentId().equals(agent.id()));
        if (!known) {
            notices.done(ask.seat().id(), "The session had ended by itself.");
            return Reply.seeOther(href(agent.id()));
        }
        return done(
                ask,
                admin.sessions().close(ask.who(), ask.path("session")),
                "The session is closed. The agent may open another one.");
    }

    private AgentView find(Ask ask) {
        return switch (admin.agents().byId(ask.path("agent"))) {
            case Result.Done<AgentView>(var view) -> view;
            case Result.Refused<AgentView> refused -> throw Unacceptable.of(refused);
        };
    }

    private <T> Reply done(Ask ask, Result<T> answer, String text) {
        return switch (answer) {
            case Result.Done<T> _ -> {
                notices.done(ask.seat().id(), text);
                yield Reply.seeOther(href(ask.path("agent")));
            }
            case Result.Refused<T>(var reason, var detail, var hint) ->
                page(ask, UNUSABLE, find(ask), problem(detail, hint));
        };
    }

    private Reply issued(Ask ask, Result<IssuedAgent> answer) {
        return switch (answer) {
            case Result.Done<IssuedAgent>(var issued) -> issued(ask, issued);
            case Result.Refused<IssuedAgent>(var reason, var detail, var hint) ->
                page(ask, UNUSABLE, find(ask), problem(detail, hint));
        };
    }

    /** The one answer that holds the key; it is not kept, and reloading the page asks for another one. */
    private Reply issued(Ask ask, IssuedAgent issued) {
        try (issued) {
            var endpoint = door.webSocket(ask.host());
            var snippets = Snippets.of(
                    door.http(ask.host()), endpoint, issued.agent().agent().name());
            return Reply.page(pages.issued(
                    frames.of(ask, Section.AGENTS),
                    new Issued(row(issued.agent()), issued.key().ascii(), endpoint.toString(), snippets)));
        }
    }

    private Reply page(Ask ask, int status, AgentView view, @Nullable String problem) {
        var agent = view.agent();
        var keys = agent.keys().stream()
                .map(key -> new Key(key.id(), key.lastFour(), key.created(), key.expires()))
                .toList();
        var sessions = admin.sessions().list().stream()
                .filter(open -> open.session().connectionInfo().agentId().equals(agent.id()))
                .map(HomePages::connected)
                .toList();
        var tools = admin.tools().of(agent).stream()
                .map(tool -> new Tool(
                        tool.tool().name(), tool.server(), tool.tool().description(), tool.tier() != Tier.BLOCKED))
                .toList();
        var entries =
                records.shown(admin.audit().query(new AuditQuery(null, null, MOST_ENTRIES, agent.id(), null, null)));
        return Reply.page(
                status,
                pages.agent(
                        frames.of(ask, Section.AGENTS),
                        new AgentPage(
                                row(view),
                                keys,
                                sessions,
                                tools,
                                tools.stream().allMatch(Tool::allowed),
                                entries,
                                problem)));
    }

    private Reply form(Ask ask, int status, NewAgent page) {
        return Reply.page(status, pages.newAgent(frames.of(ask, Section.AGENTS), page));
    }

    private List<String> spaces() {
        return admin.spaces().list().stream().map(view -> view.space().name()).toList();
    }

    private static AgentRow row(AgentView view) {
        var agent = view.agent();
        return new AgentRow(
                agent.id(),
                href(agent.id()),
                agent.name(),
                view.space(),
                agent.purpose(),
                state(agent.state()),
                agent.keys().isEmpty() ? "" : agent.keys().getLast().lastFour(),
                agent.created(),
                agent.expires(),
                view.sessions());
    }

    private static State state(AgentState state) {
        return switch (state) {
            case ACTIVE -> State.ACTIVE;
            case PAUSED -> State.PAUSED;
            case REVOKED -> State.REVOKED;
            case EXPIRED -> State.EXPIRED;
        };
    }

    private static boolean matches(AgentView view, String wanted) {
        return wanted.isEmpty()
                || view.agent().name().contains(wanted)
                || view.space().contains(wanted)
                || view.agent().purpose().toLowerCase(Locale.ROOT).contains(wanted);
    }

    private static int number(String text) {
        return text.matches("\\d{1,6}") ? Integer.parseInt(text) : 1;
    }

    /** The end of that day, or {@link Instant#MAX} where nothing is written; absent when it is no date. */
    private static Optional<Instant> end(String text) {
        if (text.isBlank()) {
            return Optional.of(Instant.MAX);
        }
        try {
            return Optional.of(LastDay.end(LocalDate.parse(text.strip())));
        } catch (DateTimeException e) { // also of the last day there is, which has none after it
            return Optional.empty();
        }
    }

    /** As the form shows it. */
    private static String shown(@Nullable Instant expires) {
        return expires == null ? "" : LastDay.of(expires).toString();
    }

    private static String problem(String detail, String hint) {
        return SignInPages.sentence(detail) + " " + SignInPages.sentence(hint);
    }
}
