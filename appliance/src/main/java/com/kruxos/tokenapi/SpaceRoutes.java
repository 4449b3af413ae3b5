package com.kruxos.tokenapi;

import com.kruxos.admin.SpaceAdmin;
import com.kruxos.web.http.WebResponse;
import java.util.Set;

/** {@code /spaces} */
final class SpaceRoutes {
    /** Members that change on their own. */
    private static final Set<String> VOLATILE_MEMBERS = Set.of("agents", "servers", "secrets");

    private final SpaceAdmin spaces;

    SpaceRoutes(SpaceAdmin spaces) {
        this.spaces = spaces;
    }

    WebResponse list(ApiRequest request) {
        return ListPage.of(request, spaces.list(), view -> view.space().name(), JsonViews::space);
    }

    WebResponse show(ApiRequest request) {
        return ApiResponses.fromResult(
                spaces.show(request.pathValue("space")),
                view -> ApiResponses.resource(JsonViews.space(view), VOLATILE_MEMBERS));
    }

    WebResponse create(ApiRequest request) {
        return ApiResponses.fromResult(
                spaces.create(request.principal(), request.body().string("name")),
                view -> ApiResponses.json(201, JsonViews.space(view))
                        .withETag(ApiResponses.eTag(JsonViews.space(view), VOLATILE_MEMBERS))
                        .withCreatedId(view.space().id()));
    }

    WebResponse delete(ApiRequest request) {
        return ApiResponses.fromResult(spaces.delete(request.principal(), request.pathValue("space")), gone -> {
            var json = JsonViews.newObject();
            json.putObject("deleted")
                    .put("agents", gone.agents())
                    .put("servers", gone.servers())
                    .put("secrets", gone.secrets());
            return ApiResponses.ok(json);
        });
    }
}
