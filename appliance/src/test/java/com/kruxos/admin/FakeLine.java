package com.kruxos.admin;

import com.kruxos.session.AgentConnection;
import org.jspecify.annotations.Nullable;

/** An agent's connection that notes when it was hung up and what held at that moment. */
final class FakeLine implements AgentConnection {
    private final Runnable whenHungUp;
    volatile @Nullable String reason;

    FakeLine(Runnable whenHungUp) {
        this.whenHungUp = whenHungUp;
    }

    @Override
    public void send(byte[] message) {}

    @Override
    public void terminate(String reason) {
        this.reason = reason;
        whenHungUp.run();
    }

    @Override
    public void goAway(String reason) {
        terminate(reason);
    }

    @Override
    public void abort() {}

    @Override
    public boolean isClosed() {
        return reason != null;
    }
}
