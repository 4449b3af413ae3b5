package com.kruxos.rpc;

/** The bytes that one sender may hold at a time. Safe for any thread. */
public interface MemoryQuota {
    MemoryQuota UNLIMITED = new MemoryQuota() {
        @Override
        public boolean tryAcquire(int bytes) {
            return true;
        }

        @Override
        public void release(int bytes) {}
    };

    /** False when the quota would be exceeded; then nothing is acquired. */
    boolean tryAcquire(int bytes);

    void release(int bytes);
}
