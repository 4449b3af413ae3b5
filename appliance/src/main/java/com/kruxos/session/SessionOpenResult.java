package com.kruxos.session;

import java.util.Optional;

/** What became of a connection that wanted to be a session. */
public sealed interface SessionOpenResult {
    /** It is one now. */
    record SessionOpened(Session session) implements SessionOpenResult {}

    /** It is not, for one of these reasons. */
    sealed interface SessionRefused extends SessionOpenResult {}

    /** Its credential counts no more: it ended after it was looked at. */
    record CredentialNoLongerValid() implements SessionRefused {}

    /** The agent has {@code most} already. */
    record AgentSessionLimitReached(int limit) implements SessionRefused {}

    /** All agents together have {@code most} already. */
    record SessionLimitReached(int limit) implements SessionRefused {}

    /** The appliance is going. */
    record ApplianceStopping() implements SessionRefused {}

    /** The session, where there is one. */
    default Optional<Session> openedSession() {
        return this instanceof SessionOpened(Session opened) ? Optional.of(opened) : Optional.empty();
    }
}
