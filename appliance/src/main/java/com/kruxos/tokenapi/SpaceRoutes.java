package com.kruxos.tokenapi;

import com.kruxos.admin.SpaceAdmin;
import com.kruxos.web.http.ETag;
import java.util.Set;

/** {@code /spaces} */
final class SpaceRoutes {
    /** What changes by itself. */
    private static final Set<String> VOLATILE_MEMBERS = Set.of("agents", "servers", "secrets");

    private final SpaceAdmin spaces;

    SpaceRoutes(SpaceAdmin spaces) {
        this.spaces = spaces;
    }

    ApiResponse list(ApiRequest ask) {
        return ListPage.of(ask, spaces.list(), view -> view.space().name(), JsonViews::space);
    }

    ApiResponse show(ApiRequest ask) {
        return ApiResponse.fromResult(
                spaces.show(ask.pathValue("space")),
                view -> ApiResponse.resource(JsonViews.space(view), VOLATILE_MEMBERS));
    }

    ApiResponse create(ApiRequest ask) {
        return ApiResponse.fromResult(
                spaces.create(ask.principal(), ask.body().string("name")),
                view -> ApiResponse.json(201, JsonViews.space(view))
                        .withETag(ETag.of(JsonViews.space(view), VOLATILE_MEMBERS))
                        .withCreatedId(view.space().id()));
    }

    ApiResponse delete(ApiRequest ask) {
        return ApiResponse.fromResult(spaces.delete(ask.principal(), ask.pathValue("space")), gone -> {
            var json = JsonViews.newObject();
            json.putObject("deleted")
                    .put("agents", gone.agents())
                    .put("servers", gone.servers())
                    .put("secrets", gone.secrets());
            return ApiResponse.ok(json);
        });
    }
}
