package com.kruxos.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Everything the owner may set. What is not set has the value given in {@link #defaults()}.
 *
 * @param privateHosts names of hosts in private networks, or addresses, at which servers may be
 * @param trustedCertificates files with certificates of issuers that servers may have beside those the JDK trusts
 */
public record Config(
        GatewayConfig gateway,
        CallLimits calls,
        PolicyRules policy,
        Set<String> hostNames,
        ApiConfig api,
        DashboardConfig dashboard,
        Set<String> privateHosts,
        List<Path> trustedCertificates,
        ChildProcessConfig children) {
    public Config {
        hostNames = Set.copyOf(hostNames);
        privateHosts = Set.copyOf(privateHosts);
        trustedCertificates = List.copyOf(trustedCertificates);
    }

    /**
     * The agents' door.
     *
     * @param bind the address it listens on
     * @param port its port; 0 takes a free one
     * @param tokenInUrl whether {@code ?token=} is accepted from clients that cannot send headers
     * @param maxMessageBytes the longest message of an agent in bytes
     * @param sessionIdleTimeout how long a session over HTTP may be unused
     * @param allowPlaintext whether agents on other machines may connect without TLS
     */
    public record GatewayConfig(
            String bind,
            int port,
            boolean tokenInUrl,
            int maxMessageBytes,
            Duration sessionIdleTimeout,
            boolean allowPlaintext) {
        private static final int MIN_SERVER_MESSAGE_BYTES = 4 << 20;

        /** Many short messages are no less of use where no long ones are wanted. */
        private static final long MIN_AGENT_BYTES = 32L << 20;

        /**
         * The longest message of a server in bytes: what is around a result of that length has room, and lists have.
         */
        public int maxServerMessageBytes() {
            return Math.max(2 * maxMessageBytes, MIN_SERVER_MESSAGE_BYTES);
        }

        /** How many bytes one agent may send at a time and have under way: four messages of the greatest length. */
        public long maxAgentBytes() {
            return Math.max(4L * maxMessageBytes, MIN_AGENT_BYTES);
        }
    }

    /**
     * The people's door on a port, which only this machine reaches.
     *
     * @param bind {@code 127.0.0.1} or {@code ::1}
     * @param port its port; 0 takes a free one
     */
    public record ApiConfig(String bind, int port) {}

    /**
     * The operators' door, which speaks HTTPS only.
     *
     * @param bind the address it listens on
     * @param port its port; 0 takes a free one
     */
    public record DashboardConfig(String bind, int port) {}

    /**
     * Time limits of one call.
     *
     * @param timeout how long a server may be silent; progress begins it anew
     * @param maxDuration how long a call may take at all
     * @param drainTimeout how long calls under way may still take when the appliance is told to stop
     */
    public record CallLimits(Duration timeout, Duration maxDuration, Duration drainTimeout) {
        /** With the usual time to end. */
        public CallLimits(Duration timeout, Duration longest) {
            this(timeout, longest, Duration.ofSeconds(20));
        }
    }

    /**
     * How the programs of MCP servers run.
     *
     * @param network whether they have a network; false only where they run in units
     */
    public record ChildProcessConfig(LaunchMode launch, boolean network) {}

    /** What starts a program. */
    public enum LaunchMode {
        /** Units of systemd where there are some for us, else as {@link #PLAIN}. */
        AUTO,
        /** The appliance itself, as the user it runs as. */
        PLAIN,
        /** Units of systemd, or nothing. */
        UNITS
    }

    /**
     * The owner's rules, first match first.
     *
     * @param allowByDefault whether a tool that no rule names may be called
     */
    public record PolicyRules(boolean allowByDefault, List<PolicyRule> rules) {
        public PolicyRules {
            rules = List.copyOf(rules);
        }
    }

    /** One rule: {@code allow} or {@code block}, and patterns with {@code *} for agent, server and tool. */
    public record PolicyRule(boolean allow, String agent, String server, String tool) {}

    public static Config defaults() {
        return new Config(
                new GatewayConfig("127.0.0.1", 7700, true, 8 << 20, Duration.ofMinutes(30), false),
                new CallLimits(Duration.ofSeconds(60), Duration.ofMinutes(30)),
                new PolicyRules(true, List.of()),
                Set.of(),
                new ApiConfig("127.0.0.1", 7703),
                new DashboardConfig("127.0.0.1", 7800),
                Set.of(),
                List.of(),
                new ChildProcessConfig(LaunchMode.AUTO, true));
    }

    /** The same, with the agents' door on another port. 0 takes a free one, and free ones for the other doors too. */
    public Config withPort(int port) {
        return withPorts(port, port == 0 ? 0 : api.port(), port == 0 ? 0 : dashboard.port());
    }

    /** The same, with {@code offset} added to the port of every door; one that takes a free port still does. */
    public Config withPortOffset(int offset) {
        return withPorts(
                offsetPort(gateway.port(), offset),
                offsetPort(api.port(), offset),
                offsetPort(dashboard.port(), offset));
    }

    /** The same, with other rules. */
    public Config withPolicy(PolicyRules rules) {
        return new Config(
                gateway, calls, rules, hostNames, api, dashboard, privateHosts, trustedCertificates, children);
    }

    /** The same, with other time limits. */
    public Config withCalls(CallLimits limits) {
        return new Config(
                gateway, limits, policy, hostNames, api, dashboard, privateHosts, trustedCertificates, children);
    }

    /** The same, with servers on these hosts reachable wherever they are. */
    public Config withPrivateHosts(Set<String> hosts) {
        return new Config(gateway, calls, policy, hostNames, api, dashboard, hosts, trustedCertificates, children);
    }

    /** The same, with sessions over HTTP that end sooner or later. */
    public Config withSessionIdleTimeout(Duration idle) {
        return withGateway(new GatewayConfig(
                gateway.bind(),
                gateway.port(),
                gateway.tokenInUrl(),
                gateway.maxMessageBytes(),
                idle,
                gateway.allowPlaintext()));
    }

    /** The same, with the agents' door on this address, and open there without TLS or not. */
    public Config withBind(String bind, boolean plain) {
        return withGateway(new GatewayConfig(
                bind,
                gateway.port(),
                gateway.tokenInUrl(),
                gateway.maxMessageBytes(),
                gateway.sessionIdleTimeout(),
                plain));
    }

    /** The same, answering to these names too. */
    public Config withHostNames(Set<String> others) {
        return new Config(gateway, calls, policy, others, api, dashboard, privateHosts, trustedCertificates, children);
    }

    /** The same, trusting the issuers in these files too. */
    public Config withTrustedCertificates(List<Path> files) {
        return new Config(gateway, calls, policy, hostNames, api, dashboard, privateHosts, files, children);
    }

    /** The same, with servers' programs run another way. */
    public Config withChildren(ChildProcessConfig other) {
        return new Config(gateway, calls, policy, hostNames, api, dashboard, privateHosts, trustedCertificates, other);
    }

    private Config withGateway(GatewayConfig other) {
        return new Config(other, calls, policy, hostNames, api, dashboard, privateHosts, trustedCertificates, children);
    }

    private Config withPorts(int agents, int people, int operators) {
        return new Config(
                new GatewayConfig(
                        gateway.bind(),
                        agents,
                        gateway.tokenInUrl(),
                        gateway.maxMessageBytes(),
                        gateway.sessionIdleTimeout(),
                        gateway.allowPlaintext()),
                calls,
                policy,
                hostNames,
                new ApiConfig(api.bind(), people),
                new DashboardConfig(dashboard.bind(), operators),
                privateHosts,
                trustedCertificates,
                children);
    }

    private static int offsetPort(int port, int offset) {
        return port == 0 ? 0 : port + offset;
    }
}
