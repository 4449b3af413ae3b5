package com.kruxos.host;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The functions of the C library we call, each looked up once and only when first needed. Memory they are given must
 * stay until they return, which is the caller's to see to: they get its address alone.
 */
final class Native {
    private static final int F_SETFL = 4;

    /**
     * Six whole numbers or addresses, and one back. Linking the first function of a JVM costs some 60 ms of CPU and a
     * hundred classes, the first of each further shape a tenth of that: so all have this one. On all our machines the
     * first six arguments, those of a variadic function too, have a register of their own, of which a function reads
     * what it declares: it may be given more and wider ones.
     */
    private static final FunctionDescriptor WORDS = FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG);

    private Native() {}

    static int kill(int process, int signal) {
        return call(Kill.HANDLE, process, signal, 0, 0, 0, 0);
    }

    static int effectiveUser() {
        return call(User.HANDLE, 0, 0, 0, 0, 0, 0);
    }

    static int effectiveGroup() {
        return call(Group.HANDLE, 0, 0, 0, 0, 0, 0);
    }

    static int prctl(int option, long argument) {
        return call(Prctl.HANDLE, option, argument, 0, 0, 0, 0);
    }

    static int lock(MemorySegment memory) {
        return call(Lock.HANDLE, memory.address(), memory.byteSize(), 0, 0, 0, 0);
    }

    static int unlock(MemorySegment memory) {
        return call(Unlock.HANDLE, memory.address(), memory.byteSize(), 0, 0, 0, 0);
    }

    static int advise(MemorySegment memory, int advice) {
        return call(Advise.HANDLE, memory.address(), memory.byteSize(), advice, 0, 0, 0);
    }

    static int pipe2(MemorySegment ends, int flags) {
        return call(Pipe.HANDLE, ends.address(), flags, 0, 0, 0, 0);
    }

    static int poll(MemorySegment watched, int millis) {
        return call(Poll.HANDLE, watched.address(), 1, millis, 0, 0, 0);
    }

    /** Of at most 2 GiB, as {@link #read}. */
    static int write(int descriptor, MemorySegment from, int length) {
        return call(Write.HANDLE, descriptor, from.address(), length, 0, 0, 0);
    }

    static int close(int descriptor) {
        return call(Close.HANDLE, descriptor, 0, 0, 0, 0, 0);
    }

    static int socket(int family, int type) {
        return call(Socket.HANDLE, family, type, 0, 0, 0, 0);
    }

    static int sendTo(int descriptor, MemorySegment from, int flags, UnixAddress to) {
        return call(
                SendTo.HANDLE,
                descriptor,
                from.address(),
                from.byteSize(),
                flags,
                to.bytes().address(),
                to.length());
    }

    static int connect(int descriptor, UnixAddress to) {
        return call(Connect.HANDLE, descriptor, to.bytes().address(), to.length(), 0, 0, 0);
    }

    static int sendMessage(int descriptor, MemorySegment message, int flags) {
        return call(SendMessage.HANDLE, descriptor, message.address(), flags, 0, 0, 0);
    }

    static int read(int descriptor, MemorySegment into, int length) {
        return call(Read.HANDLE, descriptor, into.address(), length, 0, 0, 0);
    }

    static int shutdown(int descriptor, int how) {
        return call(Shutdown.HANDLE, descriptor, how, 0, 0, 0, 0);
    }

    static int socketOption(int descriptor, int level, int option, MemorySegment value, MemorySegment length) {
        return call(SocketOption.HANDLE, descriptor, level, option, value.address(), length.address(), 0);
    }

    /** Of an open file: whether it waits, whether it appends. */
    static int setFlags(int descriptor, int flags) {
        return call(FileControl.HANDLE, descriptor, F_SETFL, flags, 0, 0, 0);
    }

    // One holder class each, so that a function is looked up when it is first called.

    private static final class Kill {
        static final MethodHandle HANDLE = function("kill");
    }

    private static final class User {
        static final MethodHandle HANDLE = function("geteuid");
    }

    private static final class Group {
        static final MethodHandle HANDLE = function("getegid");
    }

    private static final class Prctl {
        static final MethodHandle HANDLE = function("prctl");
    }

    private static final class Lock {
        static final MethodHandle HANDLE = function("mlock");
    }

    private static final class Unlock {
        static final MethodHandle HANDLE = function("munlock");
    }

    private static final class Advise {
        static final MethodHandle HANDLE = function("madvise");
    }

    private static final class Pipe {
        static final MethodHandle HANDLE = function("pipe2");
    }

    private static final class Poll {
        static final MethodHandle HANDLE = function("poll");
    }

    private static final class Write {
        static final MethodHandle HANDLE = function("write");
    }

    private static final class Close {
        static final MethodHandle HANDLE = function("close");
    }

    private static final class Socket {
        static final MethodHandle HANDLE = function("socket");
    }

    private static final class SendTo {
        static final MethodHandle HANDLE = function("sendto");
    }

    private static final class Connect {
        static final MethodHandle HANDLE = function("connect");
    }

    private static final class SendMessage {
        static final MethodHandle HANDLE = function("sendmsg");
    }

    private static final class Read {
        static final MethodHandle HANDLE = function("read");
    }

    private static final class Shutdown {
        static final MethodHandle HANDLE = function("shutdown");
    }

    private static final class SocketOption {
        static final MethodHandle HANDLE = function("getsockopt");
    }

    private static final class FileControl {
        static final MethodHandle HANDLE = function("fcntl");
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), WORDS);
    }

    private static int call(MethodHandle function, long a, long b, long c, long d, long e, long f) {
        try {
            return (int) function.invokeExact(a, b, c, d, e, f);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new IllegalStateException("a foreign call cannot throw this", failure);
        }
    }
}
