package com.kruxos.os;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The functions of the C library that we call. They get addresses only, so the caller must keep the memory reachable
 * until they return.
 *
 * <p>All functions are linked with one signature, six 64-bit integers to one 32-bit integer: linking the first function
 * of a signature costs about 90 ms of CPU, each further function of the same signature 0.3 ms. In the calling
 * conventions of x86-64 and AArch64 the first six integer arguments, also those of a variadic function, have a register
 * of their own, of which a function reads what it declares.
 */
final class CLibrary {
    private static final int F_SETFL = 4;

    private static final MethodHandle CLOSE = link("close");
    private static final MethodHandle CONNECT = link("connect");
    private static final MethodHandle FCNTL = link("fcntl");
    private static final MethodHandle GETEGID = link("getegid");
    private static final MethodHandle GETEUID = link("geteuid");
    private static final MethodHandle GETSOCKOPT = link("getsockopt");
    private static final MethodHandle KILL = link("kill");
    private static final MethodHandle MADVISE = link("madvise");
    private static final MethodHandle MLOCK = link("mlock");
    private static final MethodHandle MUNLOCK = link("munlock");
    private static final MethodHandle PIPE2 = link("pipe2");
    private static final MethodHandle POLL = link("poll");
    private static final MethodHandle PRCTL = link("prctl");
    private static final MethodHandle READ = link("read");
    private static final MethodHandle SENDMSG = link("sendmsg");
    private static final MethodHandle SENDTO = link("sendto");
    private static final MethodHandle SHUTDOWN = link("shutdown");
    private static final MethodHandle SOCKET = link("socket");
    private static final MethodHandle WRITE = link("write");

    private CLibrary() {}

    static int kill(int process, int signal) {
        return invoke(KILL, process, signal, 0, 0, 0, 0);
    }

    static int geteuid() {
        return invoke(GETEUID, 0, 0, 0, 0, 0, 0);
    }

    static int getegid() {
        return invoke(GETEGID, 0, 0, 0, 0, 0, 0);
    }

    static int prctl(int option, long argument) {
        return invoke(PRCTL, option, argument, 0, 0, 0, 0);
    }

    static int mlock(MemorySegment memory) {
        return invoke(MLOCK, memory.address(), memory.byteSize(), 0, 0, 0, 0);
    }

    static int munlock(MemorySegment memory) {
        return invoke(MUNLOCK, memory.address(), memory.byteSize(), 0, 0, 0, 0);
    }

    static int madvise(MemorySegment memory, int advice) {
        return invoke(MADVISE, memory.address(), memory.byteSize(), advice, 0, 0, 0);
    }

    static int pipe2(MemorySegment ends, int flags) {
        return invoke(PIPE2, ends.address(), flags, 0, 0, 0, 0);
    }

    static int poll(MemorySegment descriptor, int millis) {
        return invoke(POLL, descriptor.address(), 1, millis, 0, 0, 0);
    }

    static int write(int descriptor, MemorySegment from, int length) {
        return invoke(WRITE, descriptor, from.address(), length, 0, 0, 0);
    }

    static int read(int descriptor, MemorySegment into, int length) {
        return invoke(READ, descriptor, into.address(), length, 0, 0, 0);
    }

    static int close(int descriptor) {
        return invoke(CLOSE, descriptor, 0, 0, 0, 0, 0);
    }

    static int socket(int family, int type) {
        return invoke(SOCKET, family, type, 0, 0, 0, 0);
    }

    static int connect(int descriptor, UnixSocketAddress to) {
        return invoke(CONNECT, descriptor, to.bytes().address(), to.length(), 0, 0, 0);
    }

    static int sendto(int descriptor, MemorySegment from, int flags, UnixSocketAddress to) {
        return invoke(
                SENDTO,
                descriptor,
                from.address(),
                from.byteSize(),
                flags,
                to.bytes().address(),
                to.length());
    }

    static int sendmsg(int descriptor, MemorySegment message, int flags) {
        return invoke(SENDMSG, descriptor, message.address(), flags, 0, 0, 0);
    }

    static int shutdown(int descriptor, int how) {
        return invoke(SHUTDOWN, descriptor, how, 0, 0, 0, 0);
    }

    static int getsockopt(int descriptor, int level, int option, MemorySegment value, MemorySegment length) {
        return invoke(GETSOCKOPT, descriptor, level, option, value.address(), length.address(), 0);
    }

    /** Sets the status flags of an open file, such as O_NONBLOCK. */
    static int setFileFlags(int descriptor, int flags) {
        return invoke(FCNTL, descriptor, F_SETFL, flags, 0, 0, 0);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(String name) {
        var linker = Linker.nativeLinker();
        var word = ValueLayout.JAVA_LONG;
        var signature = FunctionDescriptor.of(ValueLayout.JAVA_INT, word, word, word, word, word, word);
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), signature);
    }

    private static int invoke(MethodHandle function, long a, long b, long c, long d, long e, long f) {
        try {
            return (int) function.invokeExact(a, b, c, d, e, f);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new IllegalStateException("a foreign call threw a checked exception", failure);
        }
    }
}
