package com.kruxos.admin;

import com.kruxos.session.AgentConnection;
import org.jspecify.annotations.Nullable;

/** An agent's connection that notes when it was hung up and what held at that moment. */
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
