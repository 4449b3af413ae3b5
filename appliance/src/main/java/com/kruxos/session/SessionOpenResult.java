package com.kruxos.session;

import java.util.Optional;

/** The result of opening a session. */
public sealed interface SessionOpenResult {
    record SessionOpened(Session session) implements SessionOpenResult {}

    sealed interface SessionRefused extends SessionOpenResult {}

    /** The key was revoked or expired after it was checked. */
    record CredentialNoLongerValid() implements SessionRefused {}

    /** The agent has {@code limit} sessions. */
    record AgentSessionLimitReached(int limit) implements SessionRefused {}

    /** All agents together have {@code limit} sessions. */
    record SessionLimitReached(int limit) implements SessionRefused {}

    record ApplianceStopping() implements SessionRefused {}

    default Optional<Session> openedSession() {
        return this instanceof SessionOpened(Session session) ? Optional.of(session) : Optional.empty();
    }

    /** Whether it would be opened if there were fewer sessions. */
    default boolean isLimitReached() {
        return switch (this) {
            case AgentSessionLimitReached _, SessionLimitReached _ -> true;
            case SessionOpened _, CredentialNoLongerValid _, ApplianceStopping _ -> false;
        };
    }
}
