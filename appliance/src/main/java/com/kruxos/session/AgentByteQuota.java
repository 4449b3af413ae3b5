package com.kruxos.session;

import com.kruxos.rpc.MemoryQuota;
import java.util.concurrent.atomic.AtomicLong;

/** The bytes one agent may hold at a time: long messages it is sending, and its requests in flight. */
final class AgentByteQuota implements MemoryQuota {
    private final long limit;
    private final AtomicLong held = new AtomicLong();

    AgentByteQuota(long limit) {
        this.limit = limit;
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
