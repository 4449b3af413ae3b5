package com.kruxos.rpc;

/** How much of the memory that all share one of them may have at a time, in bytes. For any thread. */
public interface Quota {
    /** For whoever is not counted. */
    Quota NONE = new Quota() {
        @Override
        public boolean take(int bytes) {
            return true;
        }

        @Override
        public void give(int bytes) {}
    };

    /** False when it would be too much; then nothing was taken. */
    boolean take(int bytes);

    /** What was taken is free again. */
    void give(int bytes);
}
