package com.kruxos.session;

import com.kruxos.rpc.Quota;
import java.util.concurrent.atomic.AtomicLong;

/** What one agent may have of the memory all agents share: its long messages that come in, its requests under way. */
final class Share implements Quota {
    private final long most;
    private final AtomicLong held = new AtomicLong();

    Share(long most) {
        this.most = most;
    }

    long most() {
        return most;
    }

    @Override
    public boolean take(int bytes) {
        while (true) {
            var before = held.get();
            if (before + bytes > most) {
                return false;
            }
            if (held.compareAndSet(before, before + bytes)) {
                return true;
            }
        }
    }

    @Override
    public void give(int bytes) {
        held.addAndGet(-bytes);
    }
}
