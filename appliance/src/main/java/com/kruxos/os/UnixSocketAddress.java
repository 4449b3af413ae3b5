package com.kruxos.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where a Unix-domain socket is, as the kernel takes it: {@code struct sockaddr_un}.
 *
 * @param length how much of it counts: in the abstract namespace every byte of a name does, so no zero ends it
 */
record UnixSocketAddress(MemorySegment bytes, int length) {
    static final int FAMILY = 1; // AF_UNIX

    private static final int PATH_OFFSET = Short.BYTES;
    private static final int MAX_PATH_BYTES = 108;

    /**
     * The address of a path, or of a name in the abstract namespace where it begins with {@code @}; empty when it is
     * neither, or longer than the kernel takes.
     */
    static Optional<UnixSocketAddress> of(String name, Arena arena) {
        var text = name.getBytes(StandardCharsets.UTF_8);
        var isAbstract = name.startsWith("@");
        // A path is ended by a zero, for which there must be room.
        var used = isAbstract ? text.length : text.length + 1;
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
