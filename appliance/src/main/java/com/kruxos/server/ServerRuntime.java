package com.kruxos.server;

import com.kruxos.audit.AuditLog;
import com.kruxos.identity.Spaces;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What all supervisors share.
 *
 * @param timer runs short tasks later; a task that may block starts a virtual thread
 */
record ServerRuntime(
        ServerDependencies dependencies,
        ScheduledExecutorService timer,
        TimeoutMonitor timeouts,
        FeatureTable features) {
    Spaces spaces() {
        return dependencies.spaces();
    }

    AuditLog audit() {
        return dependencies.audit();
    }

    InstantSource clock() {
        return dependencies.clock();
    }

    ServerLimits limits() {
        return dependencies.limits();
    }
}
