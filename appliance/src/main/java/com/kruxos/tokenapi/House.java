package com.kruxos.tokenapi;

import java.time.InstantSource;
import java.util.List;

/** What the doors of the API share, so that it makes no difference by which one a request comes in. */
record House(List<Route> routes, Refusals refusals, Conditions conditions, Replays replays, InstantSource clock) {
    House {
        routes = List.copyOf(routes);
    }
}
