package com.kruxos.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminSocketPathTest {
    @TempDir
    Path home;

    @Test
    void theDirectoryIsPrivate() throws Exception {
        Files.createDirectory(home.resolve("run"));
        Files.setPosixFilePermissions(home.resolve("run"), PosixFilePermissions.fromString("rwxrwxrwx"));

        var socket = AdminSocketPath.prepare(home, Map.of());

        assertThat(socket).isEqualTo(home.resolve("run/admin.sock"));
        assertThat(mode(home.resolve("run"))).isEqualTo("rwx------");
    }

    /** Fails without {@code acceptsConnections} in AdminSocketPath.deleteStaleSocket. */
    @Test
    void aSocketInUseIsKept() throws Exception {
        var socket = AdminSocketPath.prepare(home, Map.of());
        try (var other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(socket));

            assertThatThrownBy(() -> AdminSocketPath.prepare(home, Map.of()))
                    .isInstanceOfSatisfying(
                            ListenFailed.class, e -> assertThat(e.hint()).contains("another KruxOS"));
            assertThat(socket).exists();
        }
        assertThat(socket).as("left behind by the dead one").exists();
        assertThat(AdminSocketPath.prepare(home, Map.of())).isEqualTo(socket).doesNotExist();
    }

    @Test
    void aFileThatIsNoSocketIsKept() throws Exception {
        Files.createDirectory(home.resolve("run"));
        Files.writeString(home.resolve("run/admin.sock"), "mine");

        assertThatThrownBy(() -> AdminSocketPath.prepare(home, Map.of())).isInstanceOf(ListenFailed.class);
        assertThat(home.resolve("run/admin.sock")).hasContent("mine");
    }

    /** Fails if MAX_PATH_BYTES exceeds the limit of the operating system, or the pointer file is not written. */
    @Test
    void aLongPathIsReplacedByAShortOneThatThePointerFileNames() throws Exception {
        var deep = home.resolve("d".repeat(100));
        var runtime = Files.createDirectory(home.resolve("rt"));

        var socket = AdminSocketPath.prepare(deep, Map.of("XDG_RUNTIME_DIR", runtime.toString()));

        var record = deep.resolve("run/admin.sock.path");
        assertThat(record).hasContent(socket + "\n");
        assertThat(socket.toString().length()).isLessThanOrEqualTo(100);
        assertThat(mode(Objects.requireNonNull(socket.getParent()))).isEqualTo("rwx------");
        try (var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(socket));
            assertThatThrownBy(() -> AdminSocketPath.prepare(deep, Map.of())).isInstanceOf(ListenFailed.class);
        }
        var again = AdminSocketPath.prepare(deep, Map.of());
        assertThat(socket.getParent()).doesNotExist();
        AdminSocketPath.removeTemporaryDirectory(deep);
        assertThat(again.getParent()).doesNotExist();
        assertThat(record).doesNotExist();
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
