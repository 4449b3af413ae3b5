package com.kruxos.tokenapi;

import java.time.InstantSource;
import java.util.List;

/** What the doors of the API share, so that it makes no difference by which one a request comes in. */
record ApiContext(
        List<ApiRoute> routes,
        RefusalAudit refusalAudit,
        ConditionalRequests conditionalRequests,
        IdempotencyKeys idempotencyKeys,
        InstantSource clock) {
    ApiContext {
        routes = List.copyOf(routes);
    }
}
