package com.kruxos.tokenapi;

import com.kruxos.admin.AgentAdmin;
import com.kruxos.admin.AgentView;
import com.kruxos.admin.IssuedAgent;
import com.kruxos.identity.AgentEdit;
import com.kruxos.identity.Spaces;
import com.kruxos.result.Result;
import com.kruxos.web.http.ETag;
import com.kruxos.web.http.WebResponse;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** {@code /agents} */
final class AgentRoutes {
    /** Members that change on their own. */
    private static final Set<String> VOLATILE_MEMBERS = Set.of("sessions");

    private final AgentAdmin agents;

    AgentRoutes(AgentAdmin agents) {
        this.agents = agents;
    }

    WebResponse list(ApiRequest request) {
        return ApiResponses.fromResult(
                agents.list(request.space()),
                views -> ListPage.of(request, views, view -> view.agent().name(), JsonViews::agent));
    }

    WebResponse show(ApiRequest request) {
        return ApiResponses.fromResult(
                agents.show(request.space(), request.pathValue("agent")),
                view -> ApiResponses.resource(JsonViews.agent(view), VOLATILE_MEMBERS));
    }

    WebResponse create(ApiRequest request) {
        var body = request.body();
        return credentialResponse(
                201,
                issued -> issued.agent().agent().id(),
                agents.create(
                        request.principal(),
                        body.optionalString("space").orElse(Spaces.DEFAULT_NAME),
                        body.string("name"),
                        body.optionalString("purpose").orElse(""),
                        TimeParser.parseInstant("expires", body.optionalString("expires"), request.receivedAt())));
    }

    WebResponse rotate(ApiRequest request) {
        var overlap = request.body()
                .optionalString("overlap")
                .map(text -> TimeParser.parseDuration("overlap", text))
                .orElse(Duration.ZERO);
        return credentialResponse(
                200,
                AgentRoutes::newestKeyId,
                agents.rotate(request.principal(), request.space(), request.pathValue("agent"), overlap));
    }

    WebResponse restore(ApiRequest request) {
        return credentialResponse(
                200,
                AgentRoutes::newestKeyId,
                agents.restore(request.principal(), request.space(), request.pathValue("agent")));
    }

    WebResponse revoke(ApiRequest request) {
        return ApiResponses.fromResult(
                agents.revoke(request.principal(), request.space(), request.pathValue("agent")),
                revoked -> ApiResponses.ok(wrap(revoked.agent()).put("sessions_closed", revoked.sessionsClosed()))
                        .withETag(eTag(revoked.agent())));
    }

    WebResponse pause(ApiRequest request) {
        return agentResponse(agents.pause(request.principal(), request.space(), request.pathValue("agent")));
    }

    WebResponse resume(ApiRequest request) {
        return agentResponse(agents.resume(request.principal(), request.space(), request.pathValue("agent")));
    }

    /** Omitted members stay unchanged; an {@code expires} of null removes the expiry. */
    WebResponse edit(ApiRequest request) {
        var body = request.body();
        var purpose = body.optionalString("purpose");
        var edit = body.isNull("expires")
                ? AgentEdit.withoutExpiry(purpose.orElse(null))
                : new AgentEdit(
                        purpose.orElse(null),
                        TimeParser.parseInstant("expires", body.optionalString("expires"), request.receivedAt()),
                        false);
        return agentResponse(agents.edit(request.principal(), request.space(), request.pathValue("agent"), edit));
    }

    private static WebResponse agentResponse(Result<AgentView> result) {
        return ApiResponses.fromResult(
                result, view -> ApiResponses.ok(wrap(view)).withETag(eTag(view)));
    }

    private static ETag eTag(AgentView view) {
        return ApiResponses.eTag(JsonViews.agent(view), VOLATILE_MEMBERS);
    }

    private static ObjectNode wrap(AgentView view) {
        var json = JsonViews.newObject();
        json.set("agent", JsonViews.agent(view));
        return json;
    }

    /** The id of the key that was created last. */
    private static String newestKeyId(IssuedAgent issued) {
        return issued.agent().agent().keys().getLast().id();
    }

    private static WebResponse credentialResponse(
            int status, Function<IssuedAgent, String> createdId, Result<IssuedAgent> result) {
        return ApiResponses.fromResult(result, issued -> {
            try (issued) {
                return ApiResponses.withCredential(
                                status, "agent", JsonViews.agent(issued.agent()), "key", issued.key())
                        .withETag(eTag(issued.agent()))
                        .withCreatedId(createdId.apply(issued));
            }
        });
    }
}
