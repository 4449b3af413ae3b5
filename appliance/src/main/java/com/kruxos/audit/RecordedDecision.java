package com.kruxos.audit;

/** The decision of policy: the tier, and the rule that led to it. */
public record RecordedDecision(String tier, String rule) {
    public RecordedDecision {
        tier = BoundedText.truncate(tier, AuditEntry.MAX_SHORT_BYTES);
        rule = BoundedText.truncate(rule, AuditEntry.MAX_SHORT_BYTES);
    }
}
