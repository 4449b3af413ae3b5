package com.kruxos.host;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The functions of the C library we call, each looked up once and only when first needed. */
final class Native {
    private static final int F_SETFL = 4;

    private Native() {}

    static int kill(int process, int signal) {
        return intOf(() -> (int) Kill.HANDLE.invokeExact(process, signal));
    }

    static int effectiveUser() {
        return intOf(() -> (int) User.HANDLE.invokeExact(0L, 0L, 0L, 0L, 0L));
    }

    static int effectiveGroup() {
        return intOf(() -> (int) Group.HANDLE.invokeExact(0L, 0L, 0L, 0L, 0L));
    }

    static int prctl(int option, long argument) {
        return intOf(() -> (int) Prctl.HANDLE.invokeExact((long) option, argument, 0L, 0L, 0L));
    }

    static int lock(MemorySegment memory) {
        return intOf(() -> (int) Lock.HANDLE.invokeExact(memory.address(), memory.byteSize(), 0L, 0L, 0L));
    }

    static int unlock(MemorySegment memory) {
        return intOf(() -> (int) Unlock.HANDLE.invokeExact(memory.address(), memory.byteSize(), 0L, 0L, 0L));
    }

    static int advise(MemorySegment memory, int advice) {
        return intOf(() -> (int) Advise.HANDLE.invokeExact(memory.address(), memory.byteSize(), (long) advice, 0L, 0L));
    }

    static int pipe2(MemorySegment ends, int flags) {
        return intOf(() -> (int) Pipe.HANDLE.invokeExact(ends, flags));
    }

    static int poll(MemorySegment watched, int millis) {
        return intOf(() -> (int) Poll.HANDLE.invokeExact(watched, 1L, millis));
    }

    static int write(int descriptor, MemorySegment from, long length) {
        return intOf(() -> (int) (long) Write.HANDLE.invokeExact(descriptor, from, length));
    }

    static int close(int descriptor) {
        return intOf(() -> (int) Close.HANDLE.invokeExact(descriptor));
    }

    static int socket(int family, int type) {
        return intOf(() -> (int) Socket.HANDLE.invokeExact(family, type, 0));
    }

    static int sendTo(int descriptor, MemorySegment from, int flags, UnixAddress to) {
        return intOf(() -> (int)
                (long) SendTo.HANDLE.invokeExact(descriptor, from, from.byteSize(), flags, to.bytes(), to.length()));
    }

    static int connect(int descriptor, UnixAddress to) {
        return intOf(() -> (int) Connect.HANDLE.invokeExact(descriptor, to.bytes(), to.length()));
    }

    static int sendMessage(int descriptor, MemorySegment message, int flags) {
        return intOf(() -> (int) (long) SendMessage.HANDLE.invokeExact(descriptor, message, flags));
    }

    static int read(int descriptor, MemorySegment into, long length) {
        return intOf(() -> (int) (long) Read.HANDLE.invokeExact(descriptor, into, length));
    }

    static int shutdown(int descriptor, int how) {
        return intOf(() -> (int) Shutdown.HANDLE.invokeExact(descriptor, how));
    }

    static int socketOption(int descriptor, int level, int option, MemorySegment value, MemorySegment length) {
        return intOf(() -> (int) SocketOption.HANDLE.invokeExact(descriptor, level, option, value, length));
    }

    /** Of an open file: whether it waits, whether it appends. */
    static int setFlags(int descriptor, int flags) {
        return intOf(() -> (int) FileControl.HANDLE.invokeExact(descriptor, F_SETFL, flags));
    }

    // One holder class each: linking the first function of a JVM costs some 60 ms of CPU, the first of each further
    // shape about 5. What every start calls is therefore of one shape, WORDS.

    /**
     * Up to five whole numbers or addresses. On all our machines each argument has a register of its own, of which a
     * function reads what it declares: it may be given more and wider ones.
     */
    private static final FunctionDescriptor WORDS = FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG);

    private static final class Kill {
        static final MethodHandle HANDLE = function("kill", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    }

    private static final class User {
        static final MethodHandle HANDLE = link("geteuid", WORDS);
    }

    private static final class Group {
        static final MethodHandle HANDLE = link("getegid", WORDS);
    }

    private static final class Prctl {
        static final MethodHandle HANDLE = link("prctl", WORDS);
    }

    private static final class Lock {
        static final MethodHandle HANDLE = link("mlock", WORDS);
    }

    private static final class Unlock {
        static final MethodHandle HANDLE = link("munlock", WORDS);
    }

    private static final class Advise {
        static final MethodHandle HANDLE = link("madvise", WORDS);
    }

    private static final class Pipe {
        static final MethodHandle HANDLE = function("pipe2", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    }

    private static final class Poll {
        static final MethodHandle HANDLE =
                function("poll", ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
    }

    private static final class Write {
        static final MethodHandle HANDLE = link(
                "write",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    }

    private static final class Close {
        static final MethodHandle HANDLE = function("close", ValueLayout.JAVA_INT);
    }

    private static final class Socket {
        static final MethodHandle HANDLE =
                function("socket", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    }

    private static final class SendTo {
        static final MethodHandle HANDLE = link(
                "sendto",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT));
    }

    private static final class Connect {
        static final MethodHandle HANDLE =
                function("connect", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    }

    private static final class SendMessage {
        static final MethodHandle HANDLE = link(
                "sendmsg",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    }

    private static final class Read {
        static final MethodHandle HANDLE = link(
                "read",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    }

    private static final class Shutdown {
        static final MethodHandle HANDLE = function("shutdown", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    }

    private static final class SocketOption {
        static final MethodHandle HANDLE = function(
                "getsockopt",
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS);
    }

    private static final class FileControl {
        static final MethodHandle HANDLE = link(
                "fcntl",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
                Linker.Option.firstVariadicArg(2));
    }

    private static MethodHandle function(String name, MemoryLayout... arguments) {
        return link(name, FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(String name, FunctionDescriptor shape, Linker.Option... options) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape, options);
    }

    private interface Call {
        int run() throws Throwable;
    }

    private static int intOf(Call call) {
        try {
            return call.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a foreign call cannot throw this", e);
        }
    }
}
