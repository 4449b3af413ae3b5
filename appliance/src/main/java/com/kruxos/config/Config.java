package com.kruxos.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * All settings of {@code kruxos.yaml}. A setting that is not in the file has its value of {@link #defaults()}.
 *
 * @param names DNS names and addresses that the appliance is reached by, beside those of the local machine
 * @param privateHosts host names, or addresses, in private networks that servers may have
 * @param trustedCertificates PEM files with trust anchors for servers, beside those of the JDK
 */
public record Config(
        Gateway gateway,
        Calls calls,
        PolicyRules policy,
        Set<String> names,
        Api api,
        Dashboard dashboard,
        Set<String> privateHosts,
        List<Path> trustedCertificates,
        Children children) {
    public Config {
        names = Set.copyOf(names);
        privateHosts = Set.copyOf(privateHosts);
        trustedCertificates = List.copyOf(trustedCertificates);
    }

    /**
     * The listener for agents.
     *
     * @param bind the address it listens on
     * @param port its port; 0 takes a free one
     * @param tokenInUrl whether {@code ?token=} is accepted, for clients that cannot send headers
     * @param maxMessage the maximum length of a message of an agent, in bytes
     * @param sessionIdle an HTTP session that is not used for this long ends
     * @param plain whether agents on other machines may connect without TLS
     */
    public record Gateway(
            String bind, int port, boolean tokenInUrl, int maxMessage, Duration sessionIdle, boolean plain) {
        private static final int LEAST_OF_SERVERS = 4 << 20;

        /** A low message limit does not reduce the number of short messages that an agent may send. */
        private static final long LEAST_OF_AN_AGENT = 32L << 20;

        /**
         * The maximum length of a message of a server, in bytes: a result of the length limit with its envelope, and
         * lists.
         */
        public int serverMessage() {
            return Math.max(2 * maxMessage, LEAST_OF_SERVERS);
        }

        /**
         * The maximum size of all requests of one agent that are in flight, in bytes: four messages of maximum length.
         */
        public long agentBytes() {
            return Math.max(4L * maxMessage, LEAST_OF_AN_AGENT);
        }
    }

    /**
     * The listener of the API, on loopback only.
     *
     * @param bind {@code 127.0.0.1} or {@code ::1}
     * @param port its port; 0 takes a free one
     */
    public record Api(String bind, int port) {}

    /**
     * The listener of the dashboard, HTTPS only.
     *
     * @param bind the address it listens on
     * @param port its port; 0 takes a free one
     */
    public record Dashboard(String bind, int port) {}

    /**
     * Time limits of a call.
     *
     * @param timeout the maximum time without a message of the server about this call; a progress notification restarts
     *     it
     * @param longest the maximum duration of a call
     * @param drain how long calls in flight may take to finish when the appliance stops
     */
    public record Calls(Duration timeout, Duration longest, Duration drain) {
        /** With the default drain timeout. */
        public Calls(Duration timeout, Duration longest) {
            this(timeout, longest, Duration.ofSeconds(20));
        }
    }

    /**
     * How the processes of MCP servers run.
     *
     * @param network whether they have network access; false only with systemd units
     */
    public record Children(Launching launch, boolean network) {}

    /** What starts a server's process. */
    public enum Launching {
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
                new Gateway("127.0.0.1", 7700, true, 8 << 20, Duration.ofMinutes(30), false),
                new Calls(Duration.ofSeconds(60), Duration.ofMinutes(30)),
                new PolicyRules(true, List.of()),
                Set.of(),
                new Api("127.0.0.1", 7703),
                new Dashboard("127.0.0.1", 7800),
                Set.of(),
                List.of(),
                new Children(Launching.AUTO, true));
    }

    /** With another gateway port. 0 lets the system choose the ports of all listeners. */
    public Config withPort(int port) {
        return withPorts(port, port == 0 ? 0 : api.port(), port == 0 ? 0 : dashboard.port());
    }

    /** With {@code offset} added to the port of every listener, except to port 0. */
    public Config movedBy(int offset) {
        return withPorts(moved(gateway.port(), offset), moved(api.port(), offset), moved(dashboard.port(), offset));
    }

    public Config withPolicy(PolicyRules rules) {
        return new Config(gateway, calls, rules, names, api, dashboard, privateHosts, trustedCertificates, children);
    }

    public Config withCalls(Calls limits) {
        return new Config(gateway, limits, policy, names, api, dashboard, privateHosts, trustedCertificates, children);
    }

    public Config withPrivateHosts(Set<String> hosts) {
        return new Config(gateway, calls, policy, names, api, dashboard, hosts, trustedCertificates, children);
    }

    public Config withSessionIdle(Duration idle) {
        return with(new Gateway(
                gateway.bind(), gateway.port(), gateway.tokenInUrl(), gateway.maxMessage(), idle, gateway.plain()));
    }

    /** With another address of the gateway. */
    public Config withBind(String bind, boolean plain) {
        return with(new Gateway(
                bind, gateway.port(), gateway.tokenInUrl(), gateway.maxMessage(), gateway.sessionIdle(), plain));
    }

    public Config withNames(Set<String> others) {
        return new Config(gateway, calls, policy, others, api, dashboard, privateHosts, trustedCertificates, children);
    }

    public Config withTrusted(List<Path> files) {
        return new Config(gateway, calls, policy, names, api, dashboard, privateHosts, files, children);
    }

    public Config withChildren(Children other) {
        return new Config(gateway, calls, policy, names, api, dashboard, privateHosts, trustedCertificates, other);
    }

    private Config with(Gateway other) {
        return new Config(other, calls, policy, names, api, dashboard, privateHosts, trustedCertificates, children);
    }

    private Config withPorts(int agents, int people, int operators) {
        return new Config(
                new Gateway(
                        gateway.bind(),
                        agents,
                        gateway.tokenInUrl(),
                        gateway.maxMessage(),
                        gateway.sessionIdle(),
                        gateway.plain()),
                calls,
                policy,
                names,
                new Api(api.bind(), people),
                new Dashboard(dashboard.bind(), operators),
                privateHosts,
                trustedCertificates,
                children);
    }

    private static int moved(int port, int offset) {
        return port == 0 ? 0 : port + offset;
    }
}
