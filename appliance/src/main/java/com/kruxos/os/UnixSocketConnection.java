package com.kruxos.os;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * A stream to a Unix-domain socket on which descriptors can be handed over; Java's own sockets cannot. One thread
 * reads; any may write, and {@link #shutdownOutput}. Whoever has read to the end closes it.
 */
public final class UnixSocketConnection implements AutoCloseable {
    // Linux numbers, the same on every processor Java 25 runs on.
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int SCM_RIGHTS = 1;
    private static final int SHUT_WR = 1;

    private static final int MAX_CHUNK = 64 << 10;

    /** Only the thread that reads gives it back, so that no other uses a number the system has given away again. */
    private final int socket;

    private boolean closed; // guarded by this

    private UnixSocketConnection(int socket) {
        this.socket = socket;
    }

    /**
     * Connects.
     *
     * @throws IOException when nobody listens there, or we may not connect
     */
    public static UnixSocketConnection connect(Path place) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var address = UnixSocketAddress.of(place.toString(), arena)
                    .orElseThrow(() -> new IOException("not an address of a socket: " + place));
            var socket = CLibrary.socket(UnixSocketAddress.FAMILY, SOCK_STREAM | SOCK_CLOEXEC);
            if (socket < 0 || CLibrary.connect(socket, address) != 0) {
                if (socket >= 0) {
                    CLibrary.close(socket);
                }
                throw new IOException("cannot connect to " + place);
            }
            return new UnixSocketConnection(socket);
        }
    }

    /** The user who listens at the other end; −1 when the system does not say. */
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
     * Sends bytes, and with the first of them the ends of three pipes that belong to the other side: what it reads, and
     * twice what it writes. No copy of the bytes is left behind.
     */
    public void send(byte[] bytes, WritePipe input, ReadPipe output, ReadPipe errors) throws IOException {
        send(bytes, new int[] {input.blockingReadEnd(), output.writeEnd(), errors.writeEnd()});
    }

    public void send(byte[] bytes) throws IOException {
        send(bytes, new int[0]);
    }

    private synchronized void send(byte[] bytes, int[] descriptors) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var step = arena.allocate(Math.min(MAX_CHUNK, bytes.length));
            try {
                for (var done = 0; done < bytes.length; ) {
                    var length = (int) Math.min(step.byteSize(), bytes.length - done);
                    MemorySegment.copy(bytes, done, step, ValueLayout.JAVA_BYTE, 0, length);
                    var message = messageHeader(arena, step, length, done == 0 ? descriptors : new int[0]);
                    var sent = closed ? -1 : CLibrary.sendmsg(socket, message, MSG_NOSIGNAL);
                    if (sent <= 0) {
                        throw new IOException("the other end is gone");
                    }
                    done += sent;
                }
            } finally {
                step.fill((byte) 0);
            }
        }
    }

    /** {@code struct msghdr}, for systems of 64 bits: no address, one piece, and descriptors or none beside it. */
    private static MemorySegment messageHeader(Arena arena, MemorySegment bytes, int length, int[] descriptors) {
        var piece = arena.allocate(16, 8); // struct iovec
        piece.set(ValueLayout.ADDRESS, 0, bytes);
        piece.set(ValueLayout.JAVA_LONG, 8, length);
        var message = arena.allocate(56, 8);
        message.set(ValueLayout.ADDRESS, 16, piece);
        message.set(ValueLayout.JAVA_LONG, 24, 1);
        if (descriptors.length > 0) {
            var beside = controlMessage(arena, descriptors);
            message.set(ValueLayout.ADDRESS, 32, beside);
            message.set(ValueLayout.JAVA_LONG, 40, beside.byteSize());
        }
        return message;
    }

    /** {@code struct cmsghdr} with its data, filled up to eight bytes. */
    private static MemorySegment controlMessage(Arena arena, int[] descriptors) {
        var length = 16 + (long) Integer.BYTES * descriptors.length;
        var beside = arena.allocate((length + 7) / 8 * 8, 8);
        beside.set(ValueLayout.JAVA_LONG, 0, length);
        beside.set(ValueLayout.JAVA_INT, 8, SOL_SOCKET);
        beside.set(ValueLayout.JAVA_INT, 12, SCM_RIGHTS);
        for (var i = 0; i < descriptors.length; i++) {
            beside.set(ValueLayout.JAVA_INT, 16 + (long) Integer.BYTES * i, descriptors[i]);
        }
        return beside;
    }

    /** Waits for bytes; −1 at the end, whatever ended it. */
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

    /** Says that nothing follows. What the other side says is still heard. */
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
