package com.kruxos.os;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The functions of the C library we call, each looked up once and only when first needed. Memory they are given must
 * stay until they return, which is the caller's to see to: they get its address alone.
 */
final class CLibrary {
    private static final int F_SETFL = 4;

    /**
     * Six whole numbers or addresses, and one back. Linking the first function of a JVM costs some 60 ms of CPU and a
     * hundred classes, the first of each further shape a tenth of that: so all have this one. On all our machines the
     * first six arguments, those of a variadic function too, have a register of their own, of which a function reads
     * what it declares: it may be given more and wider ones.
     */
    private static final FunctionDescriptor SIGNATURE = FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG);

    private CLibrary() {}

    static int kill(int process, int signal) {
        return invoke(KillFunction.HANDLE, process, signal, 0, 0, 0, 0);
    }

    static int geteuid() {
        return invoke(GeteuidFunction.HANDLE, 0, 0, 0, 0, 0, 0);
    }

    static int getegid() {
        return invoke(GetegidFunction.HANDLE, 0, 0, 0, 0, 0, 0);
    }

    static int prctl(int option, long argument) {
        return invoke(PrctlFunction.HANDLE, option, argument, 0, 0, 0, 0);
    }

    static int mlock(MemorySegment memory) {
        return invoke(MlockFunction.HANDLE, memory.address(), memory.byteSize(), 0, 0, 0, 0);
    }

    static int munlock(MemorySegment memory) {
        return invoke(MunlockFunction.HANDLE, memory.address(), memory.byteSize(), 0, 0, 0, 0);
    }

    static int madvise(MemorySegment memory, int advice) {
        return invoke(MadviseFunction.HANDLE, memory.address(), memory.byteSize(), advice, 0, 0, 0);
    }

    static int pipe2(MemorySegment ends, int flags) {
        return invoke(Pipe2Function.HANDLE, ends.address(), flags, 0, 0, 0, 0);
    }

    static int poll(MemorySegment watched, int millis) {
        return invoke(PollFunction.HANDLE, watched.address(), 1, millis, 0, 0, 0);
    }

    /** Of at most 2 GiB, as {@link #read}. */
    static int write(int descriptor, MemorySegment from, int length) {
        return invoke(WriteFunction.HANDLE, descriptor, from.address(), length, 0, 0, 0);
    }

    static int close(int descriptor) {
        return invoke(CloseFunction.HANDLE, descriptor, 0, 0, 0, 0, 0);
    }

    static int socket(int family, int type) {
        return invoke(SocketFunction.HANDLE, family, type, 0, 0, 0, 0);
    }

    static int sendto(int descriptor, MemorySegment from, int flags, UnixSocketAddress to) {
        return invoke(
                SendtoFunction.HANDLE,
                descriptor,
                from.address(),
                from.byteSize(),
                flags,
                to.bytes().address(),
                to.length());
    }

    static int connect(int descriptor, UnixSocketAddress to) {
        return invoke(ConnectFunction.HANDLE, descriptor, to.bytes().address(), to.length(), 0, 0, 0);
    }

    static int sendmsg(int descriptor, MemorySegment message, int flags) {
        return invoke(SendmsgFunction.HANDLE, descriptor, message.address(), flags, 0, 0, 0);
    }

    static int read(int descriptor, MemorySegment into, int length) {
        return invoke(ReadFunction.HANDLE, descriptor, into.address(), length, 0, 0, 0);
    }

    static int shutdown(int descriptor, int how) {
        return invoke(ShutdownFunction.HANDLE, descriptor, how, 0, 0, 0, 0);
    }

    static int getsockopt(int descriptor, int level, int option, MemorySegment value, MemorySegment length) {
        return invoke(GetsockoptFunction.HANDLE, descriptor, level, option, value.address(), length.address(), 0);
    }

    /** Of an open file: whether it waits, whether it appends. */
    static int setFileFlags(int descriptor, int flags) {
        return invoke(FcntlFunction.HANDLE, descriptor, F_SETFL, flags, 0, 0, 0);
    }

    // One holder class each, so that a function is looked up when it is first called.

    private static final class KillFunction {
        static final MethodHandle HANDLE = link("kill");
    }

    private static final class GeteuidFunction {
        static final MethodHandle HANDLE = link("geteuid");
    }

    private static final class GetegidFunction {
        static final MethodHandle HANDLE = link("getegid");
    }

    private static final class PrctlFunction {
        static final MethodHandle HANDLE = link("prctl");
    }

    private static final class MlockFunction {
        static final MethodHandle HANDLE = link("mlock");
    }

    private static final class MunlockFunction {
        static final MethodHandle HANDLE = link("munlock");
    }

    private static final class MadviseFunction {
        static final MethodHandle HANDLE = link("madvise");
    }

    private static final class Pipe2Function {
        static final MethodHandle HANDLE = link("pipe2");
    }

    private static final class PollFunction {
        static final MethodHandle HANDLE = link("poll");
    }

    private static final class WriteFunction {
        static final MethodHandle HANDLE = link("write");
    }

    private static final class CloseFunction {
        static final MethodHandle HANDLE = link("close");
    }

    private static final class SocketFunction {
        static final MethodHandle HANDLE = link("socket");
    }

    private static final class SendtoFunction {
        static final MethodHandle HANDLE = link("sendto");
    }

    private static final class ConnectFunction {
        static final MethodHandle HANDLE = link("connect");
    }

    private static final class SendmsgFunction {
        static final MethodHandle HANDLE = link("sendmsg");
    }

    private static final class ReadFunction {
        static final MethodHandle HANDLE = link("read");
    }

    private static final class ShutdownFunction {
        static final MethodHandle HANDLE = link("shutdown");
    }

    private static final class GetsockoptFunction {
        static final MethodHandle HANDLE = link("getsockopt");
    }

    private static final class FcntlFunction {
        static final MethodHandle HANDLE = link("fcntl");
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(String name) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), SIGNATURE);
    }

    private static int invoke(MethodHandle function, long a, long b, long c, long d, long e, long f) {
        try {
            return (int) function.invokeExact(a, b, c, d, e, f);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new IllegalStateException("a foreign call cannot throw this", failure);
        }
    }
}
