package com.kruxos.session;

import java.util.Optional;

/** What became of a connection that wanted to be a session. */
public sealed interface Admission {
    /** It is one now. */
    record Admitted(Session opened) implements Admission {}

    /** It is not, for one of these reasons. */
    sealed interface Refused extends Admission {}

    /** Its credential counts no more: it ended after it was looked at. */
    record KeyEnded() implements Refused {}

    /** The agent has {@code most} already. */
    record AgentFull(int most) implements Refused {}

    /** All agents together have {@code most} already. */
    record Full(int most) implements Refused {}

    /** The appliance is going. */
    record Stopping() implements Refused {}

    /** The session, where there is one. */
    default Optional<Session> session() {
        return this instanceof Admitted(Session opened) ? Optional.of(opened) : Optional.empty();
    }
}
