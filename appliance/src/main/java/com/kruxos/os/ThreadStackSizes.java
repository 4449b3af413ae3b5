package com.kruxos.os;

/** Stack sizes for platform threads, in bytes. Stacks are address space; the kernel backs only the pages in use. */
public final class ThreadStackSizes {
    /** For threads that run our own, shallow code only. */
    public static final long SMALL = 128 << 10;

    /** For threads that call a JSON parser or the system's resolver. */
    public static final long LARGE = 512 << 10;

    private ThreadStackSizes() {}
}
