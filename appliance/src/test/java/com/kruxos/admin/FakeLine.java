package com.kruxos.admin;

import com.kruxos.session.Line;
import org.jspecify.annotations.Nullable;

/** An agent's connection that notes when it was hung up and what held at that moment. */
final class FakeLine implements Line {
    private final Runnable whenHungUp;
    volatile @Nullable String reason;

    FakeLine(Runnable whenHungUp) {
        this.whenHungUp = whenHungUp;
    }

    @Override
    public void send(byte[] message) {}

    @Override
    public void hangUp(String reason) {
        this.reason = reason;
        whenHungUp.run();
    }

    @Override
    public void leave(String reason) {
        hangUp(reason);
    }

    @Override
    public void cut() {}

    @Override
    public boolean gone() {
        return reason != null;
    }
}
