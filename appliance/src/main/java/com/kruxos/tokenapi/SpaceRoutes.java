package com.kruxos.tokenapi;

import com.kruxos.admin.SpaceAdmin;
import java.util.Set;

/** {@code /spaces} */
final class SpaceRoutes {
    /** What changes by itself. */
    private static final Set<String> MOVING = Set.of("agents", "servers", "secrets");

    private final SpaceAdmin spaces;

    SpaceRoutes(SpaceAdmin spaces) {
        this.spaces = spaces;
    }

    Reply list(Ask ask) {
        return Page.of(ask, spaces.list(), view -> view.space().name(), Views::space);
    }

    Reply show(Ask ask) {
        return Reply.of(spaces.show(ask.path("space")), view -> Reply.single(Views.space(view), MOVING));
    }

    Reply create(Ask ask) {
        return Reply.of(
                spaces.create(ask.who(), ask.body().text("name")),
                view -> Reply.json(201, Views.space(view))
                        .tagged(Tag.of(Views.space(view), MOVING))
                        .made(view.space().id()));
    }

    Reply delete(Ask ask) {
        return Reply.of(spaces.delete(ask.who(), ask.path("space")), gone -> {
            var json = Views.object();
            json.putObject("deleted")
                    .put("agents", gone.agents())
                    .put("servers", gone.servers())
                    .put("secrets", gone.secrets());
            return Reply.ok(json);
        });
    }
}
