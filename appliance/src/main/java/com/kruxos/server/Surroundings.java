package com.kruxos.server;

import com.kruxos.audit.Audit;
import com.kruxos.credential.Credentials;
import com.kruxos.identity.Spaces;
import com.kruxos.rpc.Allowance;
import com.kruxos.transport.Launch;
import com.kruxos.transport.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What every running server needs from the appliance.
 *
 * @param homes the folder in which each server has a private one of its own
 * @param timer runs short things later; what may wait goes to a virtual thread
 * @param silence how long a server may be silent during a call
 * @param longest how long a call may take at all
 * @param messages what messages of a server may take
 */
record Surroundings(
        Spaces spaces,
        Credentials credentials,
        Audit audit,
        Launch launch,
        Network network,
        Path homes,
        InstantSource clock,
        ScheduledExecutorService timer,
        Deadlines deadlines,
        Duration silence,
        Duration longest,
        Allowance messages,
        String version) {}
