package com.kruxos.config;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Everything the owner may set. What is not set has the value given in {@link #defaults()}. */
public record Config(Gateway gateway, Calls calls, PolicyRules policy, Set<String> names) {
    public Config {
        names = Set.copyOf(names);
    }

    /**
     * The agents' door.
     *
     * @param bind the address it listens on
     * @param port its port; 0 takes a free one
     * @param tokenInUrl whether {@code ?token=} is accepted from clients that cannot send headers
     * @param maxMessage the longest message in bytes, both ways
     * @param sessionIdle how long a session over HTTP may be unused
     */
    public record Gateway(String bind, int port, boolean tokenInUrl, int maxMessage, Duration sessionIdle) {}

    /**
     * Time limits of one call.
     *
     * @param timeout how long a server may be silent; progress begins it anew
     * @param longest how long a call may take at all
     */
    public record Calls(Duration timeout, Duration longest) {}

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
                new Gateway("127.0.0.1", 7700, true, 8 << 20, Duration.ofMinutes(30)),
                new Calls(Duration.ofSeconds(60), Duration.ofMinutes(30)),
                new PolicyRules(true, List.of()),
                Set.of());
    }

    /** The same, listening on another port. */
    public Config withPort(int port) {
        return new Config(
                new Gateway(gateway.bind(), port, gateway.tokenInUrl(), gateway.maxMessage(), gateway.sessionIdle()),
                calls,
                policy,
                names);
    }

    /** The same, with sessions over HTTP that end sooner or later. */
    public Config withSessionIdle(Duration idle) {
        return new Config(
                new Gateway(gateway.bind(), gateway.port(), gateway.tokenInUrl(), gateway.maxMessage(), idle),
                calls,
                policy,
                names);
    }

    /** The same, with other rules. */
    public Config withPolicy(PolicyRules rules) {
        return new Config(gateway, calls, rules, names);
    }

    /** The same, with other time limits. */
    public Config withCalls(Calls limits) {
        return new Config(gateway, limits, policy, names);
    }
}
