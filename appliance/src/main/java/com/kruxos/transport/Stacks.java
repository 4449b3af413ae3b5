package com.kruxos.transport;

/** How much stack our threads ask for; it is address space, taken only as deep as a thread goes. */
final class Stacks {
    /** For threads that call nothing of others. */
    static final long SMALL = 128 << 10;

    /** For the thread that hands messages over: whoever receives them may parse nested JSON on it. */
    static final long READER = 512 << 10;

    private Stacks() {}
}
