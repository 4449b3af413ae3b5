package com.kruxos.policy;

import java.util.List;
import java.util.Set;

/**
 * Decides which calls an agent may make. The first matching rule decides, then the default tier. Methods that are not
 * named here are blocked.
 *
 * @param defaultTier for calls that no rule matches
 */
public record AccessPolicy(List<Rule> rules, Tier defaultTier) {
    private static final Set<String> ALWAYS_ALLOWED = Set.of(
            "initialize",
            "ping",
            "tools/list",
            "prompts/list",
            "resources/list",
            "resources/templates/list",
            "logging/setLevel");

    /** Methods that reach a server; rules apply to these. */
    private static final Set<String> FORWARDED = Set.of(
            "tools/call",
            "prompts/get",
            "resources/read",
            "resources/subscribe",
            "resources/unsubscribe",
            "completion/complete");

    public AccessPolicy {
        rules = List.copyOf(rules);
    }

    public Decision decide(AccessRequest request) {
        if (ALWAYS_ALLOWED.contains(request.method())) {
            return new Decision.Autonomous("housekeeping");
        }
        if (!FORWARDED.contains(request.method())) {
            return new Decision.Blocked("unknown method");
        }
        for (var rule : rules) {
            if (rule.matches(request)) {
                return decision(rule.tier(), rule.name());
            }
        }
        return decision(defaultTier, "default");
    }

    private static Decision decision(Tier tier, String rule) {
        return switch (tier) {
            case AUTONOMOUS -> new Decision.Autonomous(rule);
            case NOTIFY -> new Decision.Notify(rule);
            case APPROVE -> new Decision.Approve(rule);
            case BLOCKED -> new Decision.Blocked(rule);
        };
    }
}
