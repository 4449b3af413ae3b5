package com.kruxos.os;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * A stream connection to a Unix-domain socket that can pass file descriptors; the JDK's cannot. One thread reads and
 * closes; any thread may write and {@link #shutdownOutput}.
 */
public final class UnixSocketConnection implements AutoCloseable {
    // Linux constants, the same on x86-64 and AArch64.
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int SCM_RIGHTS = 1;
    private static final int SHUT_WR = 1;

    private static final int MAX_CHUNK = 64 << 10;

    /** Closed by the reading thread only, so that no thread uses a number the system has reused. */
    private final int socket;

    private boolean closed; // guarded by this

    private UnixSocketConnection(int socket) {
        this.socket = socket;
    }

    /**
     * Connects to a socket.
     *
     * @throws IOException when nothing listens on the socket, or we lack the permission
     */
    public static UnixSocketConnection connect(Path path) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var address = UnixSocketAddress.of(path.toString(), arena)
                    .orElseThrow(() -> new IOException("not a valid socket path: " + path));
            var socket = CLibrary.socket(UnixSocketAddress.FAMILY, SOCK_STREAM | SOCK_CLOEXEC);
            if (socket < 0 || CLibrary.connect(socket, address) != 0) {
                if (socket >= 0) {
                    CLibrary.close(socket);
                }
                throw new IOException("cannot connect to " + path);
            }
            return new UnixSocketConnection(socket);
        }
    }

    /** The user id of the listening process; −1 when the system does not tell. */
    public int peerUserId() {
        try (var arena = Arena.ofConfined()) {
            var credentials = arena.allocate(ValueLayout.JAVA_INT, 3); // pid, uid, gid
            var length = arena.allocateFrom(ValueLayout.JAVA_INT, (int) credentials.byteSize());
            return CLibrary.getsockopt(socket, SOL_SOCKET, SO_PEERCRED, credentials, length) == 0
                    ? credentials.getAtIndex(ValueLayout.JAVA_INT, 1)
                    : -1;
        }
    }

    /**
     * Sends bytes and, with the first of them, three descriptors: what the other side reads, writes, and writes errors
     * to. Copies of the bytes are wiped.
     */
    public void send(byte[] bytes, WritePipe input, ReadPipe output, ReadPipe errors) throws IOException {
        send(bytes, new int[] {input.blockingReadEnd(), output.writeEnd(), errors.writeEnd()});
    }

    public void send(byte[] bytes) throws IOException {
        send(bytes, new int[0]);
    }

    private synchronized void send(byte[] bytes, int[] descriptors) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var chunk = arena.allocate(Math.min(MAX_CHUNK, bytes.length));
            try {
                for (var done = 0; done < bytes.length; ) {
                    var length = (int) Math.min(chunk.byteSize(), bytes.length - done);
                    MemorySegment.copy(bytes, done, chunk, ValueLayout.JAVA_BYTE, 0, length);
                    var message = messageHeader(arena, chunk, length, done == 0 ? descriptors : new int[0]);
                    var sent = closed ? -1 : CLibrary.sendmsg(socket, message, MSG_NOSIGNAL);
                    if (sent <= 0) {
                        throw new IOException("the peer has closed the connection");
                    }
                    done += sent;
                }
            } finally {
                chunk.fill((byte) 0);
            }
        }
    }

    /** {@code struct msghdr} of 64-bit systems: no address, one chunk, and descriptors as control data if any. */
    private static MemorySegment messageHeader(Arena arena, MemorySegment bytes, int length, int[] descriptors) {
        var vector = arena.allocate(16, 8); // struct iovec
        vector.set(ValueLayout.ADDRESS, 0, bytes);
        vector.set(ValueLayout.JAVA_LONG, 8, length);
        var message = arena.allocate(56, 8);
        message.set(ValueLayout.ADDRESS, 16, vector);
        message.set(ValueLayout.JAVA_LONG, 24, 1);
        if (descriptors.length > 0) {
            var control = controlMessage(arena, descriptors);
            message.set(ValueLayout.ADDRESS, 32, control);
            message.set(ValueLayout.JAVA_LONG, 40, control.byteSize());
        }
        return message;
    }

    /** {@code struct cmsghdr} with its data, padded to a multiple of eight bytes. */
    private static MemorySegment controlMessage(Arena arena, int[] descriptors) {
        var length = 16 + (long) Integer.BYTES * descriptors.length;
        var control = arena.allocate((length + 7) / 8 * 8, 8);
        control.set(ValueLayout.JAVA_LONG, 0, length);
        control.set(ValueLayout.JAVA_INT, 8, SOL_SOCKET);
        control.set(ValueLayout.JAVA_INT, 12, SCM_RIGHTS);
        for (var i = 0; i < descriptors.length; i++) {
            control.set(ValueLayout.JAVA_INT, 16 + (long) Integer.BYTES * i, descriptors[i]);
        }
        return control;
    }

    /** Blocks until bytes arrive; −1 at the end of the stream and after an error. */
    public int read(byte[] into) {
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(into.length);
            var count = CLibrary.read(socket, buffer, into.length);
            if (count <= 0) {
                return -1;
            }
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, 0, count);
            return count;
        }
    }

    /** Sends an end of stream; reading still works. */
    public synchronized void shutdownOutput() {
        if (!closed) {
            CLibrary.shutdown(socket, SHUT_WR);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            CLibrary.close(socket);
        }
    }
}
