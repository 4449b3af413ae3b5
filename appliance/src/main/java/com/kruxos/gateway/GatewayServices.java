package com.kruxos.gateway;

import com.kruxos.audit.AuditHealth;
import com.kruxos.audit.AuditLog;
import com.kruxos.call.CallPipeline;
import com.kruxos.call.ListHandler;
import com.kruxos.identity.Agents;
import com.kruxos.rpc.MemoryGuard;
import com.kruxos.session.Sessions;
import java.time.InstantSource;

/** The parts of the appliance that the gateway uses. */
public record GatewayServices(
        Agents agents,
        Sessions sessions,
        CallPipeline callPipeline,
        ListHandler listHandler,
        AuditLog audit,
        InstantSource clock,
        MemoryGuard memoryGuard,
        String applianceVersion) {
    /** Whether sessions and calls are accepted now. */
    boolean isReady() {
        return audit.health().state() != AuditHealth.HealthState.RED && !sessions.isStopping();
    }
}
