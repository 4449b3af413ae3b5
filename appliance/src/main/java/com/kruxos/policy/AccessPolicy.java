package com.kruxos.policy;

import com.kruxos.config.Config;
import com.kruxos.rpc.McpMethod;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides which calls an agent may make. The first matching rule decides, then the default tier. Unknown methods are
 * blocked.
 *
 * @param defaultTier for calls that no rule matches
 */
public record AccessPolicy(List<Rule> rules, Tier defaultTier) {
    public AccessPolicy {
        rules = List.copyOf(rules);
    }

    /** The policy in {@code kruxos.yaml}. A rule is named by its position, from {@code rule 1} on. */
    public static AccessPolicy of(Config.PolicyRules config) {
        var rules = new ArrayList<Rule>();
        for (var rule : config.rules()) {
            rules.add(new Rule(
                    "rule " + (rules.size() + 1),
                    rule.allow() ? Tier.AUTONOMOUS : Tier.BLOCKED,
                    new Glob(rule.agent()),
                    new Glob(rule.server()),
                    new Glob(rule.tool())));
        }
        return new AccessPolicy(rules, config.allowByDefault() ? Tier.AUTONOMOUS : Tier.BLOCKED);
    }

    /**
     * Whether an agent may see a tool, prompt or resource in a list. It may unless its use is blocked whatever the
     * arguments are; a list has none.
     *
     * @param use a call of the listed feature
     */
    public boolean mayList(AccessRequest use) {
        return !(decide(use) instanceof Decision.Blocked);
    }

    /** Whether an agent may make a call. */
    public Decision decide(AccessRequest request) {
        var method = McpMethod.find(request.method());
        if (method != null && method.isLocal()) {
            return new Decision.Autonomous("housekeeping");
        }
        if (method == null || !method.isForwarded()) {
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
