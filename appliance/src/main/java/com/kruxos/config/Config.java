package com.kruxos.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * All settings of {@code kruxos.yaml}. A setting that is not in the file has its value of {@link #defaults()}.
 *
 * @param hostNames DNS names and addresses that the appliance is reached by, beside those of the local machine
 * @param privateHosts host names, or addresses, in private networks that servers may have
 * @param trustedCertificates PEM files with trust anchors for servers, beside those of the JDK
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
     * The listener for agents.
     *
     * @param bind the address it listens on
     * @param port its port; 0 takes a free one
     * @param tokenInUrl whether {@code ?token=} is accepted, for clients that cannot send headers
     * @param maxMessageBytes the maximum length of a message of an agent, in bytes
     * @param sessionIdleTimeout an HTTP session that is not used for this long ends
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

        /** A low message limit does not reduce the number of short messages that an agent may send. */
        private static final long MIN_AGENT_BYTES = 32L << 20;

        /**
         * The maximum length of a message of a server, in bytes: a result of the length limit with its envelope, and
         * lists.
         */
        public int maxServerMessageBytes() {
            return Math.max(2 * maxMessageBytes, MIN_SERVER_MESSAGE_BYTES);
        }

        /**
         * The maximum size of all requests of one agent that are in flight, in bytes: four messages of maximum length.
         */
        public long maxAgentBytes() {
            return Math.max(4L * maxMessageBytes, MIN_AGENT_BYTES);
        }
    }

    /**
     * The listener of the API, on loopback only.
     *
     * @param bind {@code 127.0.0.1} or {@code ::1}
     * @param port its port; 0 takes a free one
     */
    public record ApiConfig(String bind, int port) {}

    /**
     * The listener of the dashboard, HTTPS only.
     *
     * @param bind the address it listens on
     * @param port its port; 0 takes a free one
     */
    public record DashboardConfig(String bind, int port) {}

    /**
     * Time limits of a call.
     *
     * @param timeout the maximum time without a message of the server about this call; a progress notification restarts
     *     it
     * @param maxDuration the maximum duration of a call
     * @param drainTimeout how long calls in flight may take to finish when the appliance stops
     */
    public record CallLimits(Duration timeout, Duration maxDuration, Duration drainTimeout) {
        /** With the default drain timeout. */
        public CallLimits(Duration timeout, Duration longest) {
            this(timeout, longest, Duration.ofSeconds(20));
        }
    }

    /**
     * How the processes of MCP servers run.
     *
     * @param network whether they have network access; false only with systemd units
     */
    public record ChildProcessConfig(LaunchMode launch, boolean network) {}

    /** What starts a server's process. */
    public enum LaunchMode {
        /** Systemd units if they are available, else as {@link #PLAIN}. */
        AUTO,
        /** The appliance itself, as its own user. */
        PLAIN,
        /** Systemd units only. */
        UNITS
    }

    /**
     * The policy rules; the first match decides.
     *
     * @param allowByDefault whether a tool without a matching rule may be called
     */
    public record PolicyRules(boolean allowByDefault, List<PolicyRule> rules) {
        public PolicyRules {
            rules = List.copyOf(rules);
        }
    }

    /** Allows or blocks a tool. Agent, server and tool are globs with {@code *}. */
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

    /** With another gateway port. 0 lets the system choose the ports of all listeners. */
    public Config withPort(int port) {
        return withPorts(port, port == 0 ? 0 : api.port(), port == 0 ? 0 : dashboard.port());
    }

    /** With {@code offset} added to the port of every listener, except to port 0. */
    public Config withPortOffset(int offset) {
        return withPorts(
                offsetPort(gateway.port(), offset),
                offsetPort(api.port(), offset),
                offsetPort(dashboard.port(), offset));
    }

    public Config withPolicy(PolicyRules rules) {
        return new Config(
                gateway, calls, rules, hostNames, api, dashboard, privateHosts, trustedCertificates, children);
    }

    public Config withCalls(CallLimits limits) {
        return new Config(
                gateway, limits, policy, hostNames, api, dashboard, privateHosts, trustedCertificates, children);
    }

    public Config withPrivateHosts(Set<String> hosts) {
        return new Config(gateway, calls, policy, hostNames, api, dashboard, hosts, trustedCertificates, children);
    }

    public Config withSessionIdleTimeout(Duration idle) {
        return withGateway(new GatewayConfig(
                gateway.bind(),
                gateway.port(),
                gateway.tokenInUrl(),
                gateway.maxMessageBytes(),
                idle,
                gateway.allowPlaintext()));
    }

    /** With another address of the gateway. */
    public Config withBind(String bind, boolean plain) {
        return withGateway(new GatewayConfig(
                bind,
                gateway.port(),
                gateway.tokenInUrl(),
                gateway.maxMessageBytes(),
                gateway.sessionIdleTimeout(),
                plain));
    }

    public Config withHostNames(Set<String> others) {
        return new Config(gateway, calls, policy, others, api, dashboard, privateHosts, trustedCertificates, children);
    }

    public Config withTrustedCertificates(List<Path> files) {
        return new Config(gateway, calls, policy, hostNames, api, dashboard, privateHosts, files, children);
    }

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
