package com.kruxos.server;

import com.kruxos.audit.AuditLog;
import com.kruxos.credential.CredentialResolver;
import com.kruxos.egress.EgressClient;
import com.kruxos.identity.Spaces;
import com.kruxos.process.ProcessLauncher;
import com.kruxos.rpc.MessageLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What every running server needs from the appliance.
 *
 * @param serverHomes the folder in which each server has a private one of its own
 * @param timer runs short things later; what may wait goes to a virtual thread
 * @param idleTimeout how long a server may be silent during a call
 * @param maxDuration how long a call may take at all
 * @param messageLimits what messages of a server may take
 */
record ServerDependencies(
        Spaces spaces,
        CredentialResolver credentials,
        AuditLog audit,
        ProcessLauncher launcher,
        EgressClient egress,
        Path serverHomes,
        InstantSource clock,
        ScheduledExecutorService timer,
        TimeoutMonitor timeoutMonitor,
        Duration idleTimeout,
        Duration maxDuration,
        MessageLimits messageLimits,
        String clientVersion) {}
