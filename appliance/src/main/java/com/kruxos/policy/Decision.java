package com.kruxos.policy;

/** The answer of the policy to one access request. */
public sealed interface Decision {
    /** The name of the rule that decided. */
    String rule();

    Tier tier();

    record Autonomous(String rule) implements Decision {
        @Override
        public Tier tier() {
            return Tier.AUTONOMOUS;
        }
    }

    record Notify(String rule) implements Decision {
        @Override
        public Tier tier() {
            return Tier.NOTIFY;
        }
    }

    record Approve(String rule) implements Decision {
        @Override
        public Tier tier() {
            return Tier.APPROVE;
        }
    }

    record Blocked(String rule) implements Decision {
        @Override
        public Tier tier() {
            return Tier.BLOCKED;
        }
    }
}
