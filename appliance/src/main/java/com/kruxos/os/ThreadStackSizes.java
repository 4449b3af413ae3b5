package com.kruxos.os;

/** How much stack our threads ask for; it is address space, taken only as deep as a thread goes. */
public final class ThreadStackSizes {
    /** For threads that call nothing of others. */
    public static final long NO_CALLBACKS = 128 << 10;

    /** For the thread that hands messages over: whoever receives them may parse nested JSON on it. */
    public static final long JSON_PARSING = 512 << 10;

    private ThreadStackSizes() {}
}
