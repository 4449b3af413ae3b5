package com.kruxos.tokenapi;

import com.kruxos.admin.AgentAdmin;
import com.kruxos.admin.AgentView;
import com.kruxos.admin.IssuedAgent;
import com.kruxos.identity.AgentEdit;
import com.kruxos.identity.Spaces;
import com.kruxos.result.Result;
import com.kruxos.web.http.ETag;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** {@code /agents} */
final class AgentRoutes {
    /** What changes by itself. */
    private static final Set<String> VOLATILE_MEMBERS = Set.of("sessions");

    private final AgentAdmin agents;

    AgentRoutes(AgentAdmin agents) {
        this.agents = agents;
    }

    ApiResponse list(ApiRequest ask) {
        return ApiResponse.fromResult(
                agents.list(ask.space()),
                views -> ListPage.of(ask, views, view -> view.agent().name(), JsonViews::agent));
    }

    ApiResponse show(ApiRequest ask) {
        return ApiResponse.fromResult(
                agents.show(ask.space(), ask.pathValue("agent")),
                view -> ApiResponse.resource(JsonViews.agent(view), VOLATILE_MEMBERS));
    }

    ApiResponse create(ApiRequest ask) {
        var body = ask.body();
        return credentialResponse(
                201,
                issued -> issued.agent().agent().id(),
                agents.create(
                        ask.principal(),
                        body.optionalString("space").orElse(Spaces.DEFAULT_NAME),
                        body.string("name"),
                        body.optionalString("purpose").orElse(""),
                        TimeParser.parseInstant("expires", body.optionalString("expires"), ask.receivedAt())));
    }

    ApiResponse rotate(ApiRequest ask) {
        var overlap = ask.body()
                .optionalString("overlap")
                .map(text -> TimeParser.parseDuration("overlap", text))
                .orElse(Duration.ZERO);
        return credentialResponse(
                200,
                AgentRoutes::newestKeyId,
                agents.rotate(ask.principal(), ask.space(), ask.pathValue("agent"), overlap));
    }

    ApiResponse restore(ApiRequest ask) {
        return credentialResponse(
                200, AgentRoutes::newestKeyId, agents.restore(ask.principal(), ask.space(), ask.pathValue("agent")));
    }

    ApiResponse revoke(ApiRequest ask) {
        return ApiResponse.fromResult(
                agents.revoke(ask.principal(), ask.space(), ask.pathValue("agent")),
                revoked -> ApiResponse.ok(wrap(revoked.agent()).put("sessions_closed", revoked.sessionsClosed()))
                        .withETag(eTag(revoked.agent())));
    }

    ApiResponse pause(ApiRequest ask) {
        return agentResponse(agents.pause(ask.principal(), ask.space(), ask.pathValue("agent")));
    }

    ApiResponse resume(ApiRequest ask) {
        return agentResponse(agents.resume(ask.principal(), ask.space(), ask.pathValue("agent")));
    }

    /** What is left out stays; an {@code expires} of null takes the expiry away. */
    ApiResponse edit(ApiRequest ask) {
        var body = ask.body();
        var purpose = body.optionalString("purpose");
        var edit = body.isNull("expires")
                ? AgentEdit.withoutExpiry(purpose.orElse(null))
                : new AgentEdit(
                        purpose.orElse(null),
                        TimeParser.parseInstant("expires", body.optionalString("expires"), ask.receivedAt()),
                        false);
        return agentResponse(agents.edit(ask.principal(), ask.space(), ask.pathValue("agent"), edit));
    }

    private static ApiResponse agentResponse(Result<AgentView> answer) {
        return ApiResponse.fromResult(answer, view -> ApiResponse.ok(wrap(view)).withETag(eTag(view)));
    }

    private static ETag eTag(AgentView view) {
        return ETag.of(JsonViews.agent(view), VOLATILE_MEMBERS);
    }

    private static ObjectNode wrap(AgentView view) {
        var json = JsonViews.newObject();
        json.set("agent", JsonViews.agent(view));
        return json;
    }

    /** The key that was just made is the newest. */
    private static String newestKeyId(IssuedAgent issued) {
        return issued.agent().agent().keys().getLast().id();
    }

    private static ApiResponse credentialResponse(
            int status, Function<IssuedAgent, String> made, Result<IssuedAgent> answer) {
        return ApiResponse.fromResult(answer, issued -> {
            try (issued) {
                return ApiResponse.withCredential(status, "agent", JsonViews.agent(issued.agent()), "key", issued.key())
                        .withETag(eTag(issued.agent()))
                        .withCreatedId(made.apply(issued));
            }
        });
    }
}
