package com.kruxos.host;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/** The user this process acts as. */
public final class OwnUser {
    private OwnUser() {}

    /** The effective user id. {@code /proc} is not asked: it answers root for a process that may not be dumped. */
    @SuppressWarnings("restricted")
    public static int id() {
        var linker = Linker.nativeLinker();
        var geteuid = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("geteuid"), FunctionDescriptor.of(ValueLayout.JAVA_INT));
        try {
            return (int) geteuid.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException("cannot ask for our own user id", e);
        }
    }
}
