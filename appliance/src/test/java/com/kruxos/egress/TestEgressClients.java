package com.kruxos.egress;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Set;

/** Clients that only tests need. */
public final class TestEgressClients {
    private TestEgressClients() {}

    /** Resolves every name to the loopback address. */
    public static EgressClient resolvingToLoopback(Set<String> allowedHosts) {
        return new EgressClient(
                new AddressPolicy(allowedHosts), host -> new InetAddress[] {InetAddress.getLoopbackAddress()}, null);
    }

    public static EgressClient withHandshakeTimeout(Duration timeout) {
        return new EgressClient(new AddressPolicy(Set.of()), InetAddress::getAllByName, null, timeout);
    }
}
