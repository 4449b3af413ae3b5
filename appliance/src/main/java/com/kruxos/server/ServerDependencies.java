package com.kruxos.server;

import com.kruxos.audit.AuditLog;
import com.kruxos.credential.CredentialResolver;
import com.kruxos.egress.EgressClient;
import com.kruxos.identity.Spaces;
import com.kruxos.process.ProcessLauncher;
import com.kruxos.store.Database;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What {@link Servers} needs from the rest of the appliance.
 *
 * @param serverHomes the directory that holds one private directory per server
 */
public record ServerDependencies(
        Database database,
        Spaces spaces,
        CredentialResolver credentials,
        AuditLog audit,
        ProcessLauncher launcher,
        EgressClient egress,
        Path serverHomes,
        InstantSource clock,
        ServerLimits limits) {}
