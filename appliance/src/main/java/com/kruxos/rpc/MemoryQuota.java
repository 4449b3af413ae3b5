package com.kruxos.rpc;

/** How much of the memory that all share one of them may have at a time, in bytes. For any thread. */
public interface MemoryQuota {
    /** For whoever is not counted. */
    MemoryQuota UNLIMITED = new MemoryQuota() {
        @Override
        public boolean tryAcquire(int bytes) {
            return true;
        }

        @Override
        public void release(int bytes) {}
    };

    /** False when it would be too much; then nothing was taken. */
    boolean tryAcquire(int bytes);

    /** What was taken is free again. */
    void release(int bytes);
}
