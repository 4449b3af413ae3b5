package com.kruxos.admin;

import com.kruxos.session.AgentConnection;
import org.jspecify.annotations.Nullable;

/** A connection that records why it was closed, and runs a callback. */
final class RecordingAgentConnection implements AgentConnection {
    private final Runnable onClose;
    volatile @Nullable String closeReason;

    RecordingAgentConnection(Runnable whenHungUp) {
        this.onClose = whenHungUp;
    }

    @Override
    public void send(byte[] message) {}

    @Override
    public void terminate(String reason) {
        this.closeReason = reason;
        onClose.run();
    }

    @Override
    public void goAway(String reason) {
        terminate(reason);
    }

    @Override
    public void abort() {}

    @Override
    public boolean isClosed() {
        return closeReason != null;
    }
}
