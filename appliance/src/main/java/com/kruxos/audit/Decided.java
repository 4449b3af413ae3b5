package com.kruxos.audit;

/** What policy said: the tier, and the rule that led to it. */
public record Decided(String tier, String rule) {
    public Decided {
        tier = Text.bounded(tier, Entry.SHORT);
        rule = Text.bounded(rule, Entry.SHORT);
    }
}
