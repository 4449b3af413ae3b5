package com.kruxos.tokenapi;

import com.kruxos.web.http.ConditionalRequests;
import com.kruxos.web.http.Router;
import java.time.InstantSource;

/** What both listeners share, so that locks and idempotency keys apply across them. */
record ApiContext(
        Router<ApiRoute> routes,
        RefusalAudit refusalAudit,
        ConditionalRequests conditionalRequests,
        IdempotencyKeys idempotencyKeys,
        InstantSource clock) {}
