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
     * The agents' door.
     *
     * @param bind the address it listens on
     * @param port its port; 0 takes a free one
     * @param tokenInUrl whether {@code ?token=} is accepted from clients that cannot send headers
     * @param maxMessage the longest message of an agent in bytes
     * @param sessionIdle how long a session over HTTP may be unused
     * @param plain whether agents on other machines may connect without TLS
     */
    public record Gateway(
            String bind, int port, boolean tokenInUrl, int maxMessage, Duration sessionIdle, boolean plain) {
        private static final int LEAST_OF_SERVERS = 4 << 20;

        /** Many short messages are no less of use where no long ones are wanted. */
        private static final long LEAST_OF_AN_AGENT = 32L << 20;

        /**
         * The longest message of a server in bytes: what is around a result of that length has room, and lists have.
         */
        public int serverMessage() {
            return Math.max(2 * maxMessage, LEAST_OF_SERVERS);
        }

        /** How many bytes one agent may send at a time and have under way: four messages of the greatest length. */
        public long agentBytes() {
            return Math.max(4L * maxMessage, LEAST_OF_AN_AGENT);
        }
    }

    /**
     * The people's door on a port, which only this machine reaches.
     *
     * @param bind {@code 127.0.0.1} or {@code ::1}
     * @param port its port; 0 takes a free one
     */
    public record Api(String bind, int port) {}

    /**
     * The operators' door, which speaks HTTPS only.
     *
     * @param bind the address it listens on
     * @param port its port; 0 takes a free one
     */
    public record Dashboard(String bind, int port) {}

    /**
     * Time limits of one call.
     *
     * @param timeout how long a server may be silent; progress begins it anew
     * @param longest how long a call may take at all
     * @param drain how long calls under way may still take when the appliance is told to stop
     */
    public record Calls(Duration timeout, Duration longest, Duration drain) {
        /** With the usual time to end. */
        public Calls(Duration timeout, Duration longest) {
            this(timeout, longest, Duration.ofSeconds(20));
        }
    }

    /**
     * How the programs of MCP servers run.
     *
     * @param network whether they have a network; false only where they run in units
     */
    public record Children(Launching launch, boolean network) {}

    /** What starts a program. */
    public enum Launching {
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

    /** The same, with the agents' door on another port. 0 takes a free one, and free ones for the other doors too. */
    public Config withPort(int port) {
        return withPorts(port, port == 0 ? 0 : api.port(), port == 0 ? 0 : dashboard.port());
    }

    /** The same, with {@code offset} added to the port of every door; one that takes a free port still does. */
    public Config movedBy(int offset) {
        return withPorts(moved(gateway.port(), offset), moved(api.port(), offset), moved(dashboard.port(), offset));
    }

    /** The same, with other rules. */
    public Config withPolicy(PolicyRules rules) {
        return new Config(gateway, calls, rules, names, api, dashboard, privateHosts, trustedCertificates, children);
    }

    /** The same, with other time limits. */
    public Config withCalls(Calls limits) {
        return new Config(gateway, limits, policy, names, api, dashboard, privateHosts, trustedCertificates, children);
    }

    /** The same, with servers on these hosts reachable wherever they are. */
    public Config withPrivateHosts(Set<String> hosts) {
        return new Config(gateway, calls, policy, names, api, dashboard, hosts, trustedCertificates, children);
    }

    /** The same, with sessions over HTTP that end sooner or later. */
    public Config withSessionIdle(Duration idle) {
        return with(new Gateway(
                gateway.bind(), gateway.port(), gateway.tokenInUrl(), gateway.maxMessage(), idle, gateway.plain()));
    }

    /** The same, with the agents' door on this address, and open there without TLS or not. */
    public Config withBind(String bind, boolean plain) {
        return with(new Gateway(
                bind, gateway.port(), gateway.tokenInUrl(), gateway.maxMessage(), gateway.sessionIdle(), plain));
    }

    /** The same, answering to these names too. */
    public Config withNames(Set<String> others) {
        return new Config(gateway, calls, policy, others, api, dashboard, privateHosts, trustedCertificates, children);
    }

    /** The same, trusting the issuers in these files too. */
    public Config withTrusted(List<Path> files) {
        return new Config(gateway, calls, policy, names, api, dashboard, privateHosts, files, children);
    }

    /** The same, with servers' programs run another way. */
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
