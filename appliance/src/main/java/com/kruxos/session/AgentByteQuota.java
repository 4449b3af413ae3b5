package com.kruxos.session;

import com.kruxos.rpc.MemoryQuota;
import java.util.concurrent.atomic.AtomicLong;

/** What one agent may have of the memory all agents share: its long messages that come in, its requests under way. */
final class AgentByteQuota implements MemoryQuota {
    private final long limit;
    private final AtomicLong held = new AtomicLong();

    AgentByteQuota(long most) {
        this.limit = most;
    }

    long limit() {
        return limit;
    }

    @Override
    public boolean tryAcquire(int bytes) {
        while (true) {
            var before = held.get();
            if (before + bytes > limit) {
                return false;
            }
            if (held.compareAndSet(before, before + bytes)) {
                return true;
            }
        }
    }

    @Override
    public void release(int bytes) {
        held.addAndGet(-bytes);
    }
}
