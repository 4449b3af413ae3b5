package com.kruxos.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * {@code struct sockaddr_un}: the address of a Unix-domain socket.
 *
 * @param length how many bytes are used. In the abstract namespace every byte of a name counts, and no zero ends it.
 */
record UnixSocketAddress(MemorySegment bytes, int length) {
    static final int FAMILY = 1; // AF_UNIX

    private static final int PATH_OFFSET = Short.BYTES;
    private static final int MAX_PATH_BYTES = 108;

    /** From an absolute path, or {@code @NAME} in the abstract namespace; empty for anything else or one too long. */
    static Optional<UnixSocketAddress> of(String name, Arena arena) {
        var text = name.getBytes(StandardCharsets.UTF_8);
        var isAbstract = name.startsWith("@");
        var used = isAbstract ? text.length : text.length + 1; // a zero byte ends a path
        if ((!isAbstract && !name.startsWith("/")) || used < 2 || used > MAX_PATH_BYTES || name.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        var bytes = arena.allocate(PATH_OFFSET + MAX_PATH_BYTES, Short.BYTES);
        bytes.set(ValueLayout.JAVA_SHORT, 0, (short) FAMILY);
        MemorySegment.copy(text, 0, bytes, ValueLayout.JAVA_BYTE, PATH_OFFSET, text.length);
        if (isAbstract) {
            bytes.set(ValueLayout.JAVA_BYTE, PATH_OFFSET, (byte) 0);
        }
        return Optional.of(new UnixSocketAddress(bytes, PATH_OFFSET + used));
    }
}
