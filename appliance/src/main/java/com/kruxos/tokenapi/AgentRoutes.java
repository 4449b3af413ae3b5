package com.kruxos.tokenapi;

import com.kruxos.admin.AgentAdmin;
import com.kruxos.admin.AgentView;
import com.kruxos.admin.IssuedAgent;
import com.kruxos.identity.AgentEdit;
import com.kruxos.identity.Spaces;
import com.kruxos.result.Result;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** {@code /agents} */
final class AgentRoutes {
    /** What changes by itself. */
    private static final Set<String> MOVING = Set.of("sessions");

    private final AgentAdmin agents;

    AgentRoutes(AgentAdmin agents) {
        this.agents = agents;
    }

    Reply list(Ask ask) {
        return Reply.of(
                agents.list(ask.space()),
                views -> Page.of(ask, views, view -> view.agent().name(), Views::agent));
    }

    Reply show(Ask ask) {
        return Reply.of(agents.show(ask.space(), ask.path("agent")), view -> Reply.single(Views.agent(view), MOVING));
    }

    Reply create(Ask ask) {
        var body = ask.body();
        return issued(
                201,
                issued -> issued.agent().agent().id(),
                agents.create(
                        ask.who(),
                        body.optionalText("space").orElse(Spaces.DEFAULT_NAME),
                        body.text("name"),
                        body.optionalText("purpose").orElse(""),
                        Times.moment("expires", body.optionalText("expires"), ask.now())));
    }

    Reply rotate(Ask ask) {
        var overlap = ask.body()
                .optionalText("overlap")
                .map(text -> Times.duration("overlap", text))
                .orElse(Duration.ZERO);
        return issued(200, AgentRoutes::key, agents.rotate(ask.who(), ask.space(), ask.path("agent"), overlap));
    }

    Reply restore(Ask ask) {
        return issued(200, AgentRoutes::key, agents.restore(ask.who(), ask.space(), ask.path("agent")));
    }

    Reply revoke(Ask ask) {
        return Reply.of(
                agents.revoke(ask.who(), ask.space(), ask.path("agent")),
                revoked -> Reply.ok(agent(revoked.agent()).put("sessions_closed", revoked.sessionsClosed()))
                        .tagged(tag(revoked.agent())));
    }

    Reply pause(Ask ask) {
        return changed(agents.pause(ask.who(), ask.space(), ask.path("agent")));
    }

    Reply resume(Ask ask) {
        return changed(agents.resume(ask.who(), ask.space(), ask.path("agent")));
    }

    /** What is left out stays; an {@code expires} of null takes the expiry away. */
    Reply edit(Ask ask) {
        var body = ask.body();
        var purpose = body.optionalText("purpose");
        var edit = body.isNull("expires")
                ? AgentEdit.withoutExpiry(purpose.orElse(null))
                : new AgentEdit(
                        purpose.orElse(null), Times.moment("expires", body.optionalText("expires"), ask.now()), false);
        return changed(agents.edit(ask.who(), ask.space(), ask.path("agent"), edit));
    }

    private static Reply changed(Result<AgentView> answer) {
        return Reply.of(answer, view -> Reply.ok(agent(view)).tagged(tag(view)));
    }

    private static Tag tag(AgentView view) {
        return Tag.of(Views.agent(view), MOVING);
    }

    private static ObjectNode agent(AgentView view) {
        var json = Views.object();
        json.set("agent", Views.agent(view));
        return json;
    }

    /** The key that was just made is the newest. */
    private static String key(IssuedAgent issued) {
        return issued.agent().agent().keys().getLast().id();
    }

    private static Reply issued(int status, Function<IssuedAgent, String> made, Result<IssuedAgent> answer) {
        return Reply.of(answer, issued -> {
            try (issued) {
                return Reply.withKey(status, "agent", Views.agent(issued.agent()), "key", issued.key())
                        .tagged(tag(issued.agent()))
                        .made(made.apply(issued));
            }
        });
    }
}
