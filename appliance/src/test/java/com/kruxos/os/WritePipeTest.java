package com.kruxos.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
final class WritePipeTest {
    /** Without O_NONBLOCK the test would never end. */
    @Test
    void offerWritesWhatFitsWithoutBlocking() throws Exception {
        try (var pipe = WritePipe.open().orElseThrow();
                var in = new FileInputStream(pipe.readEndFile())) {
            var bytes = new byte[1 << 20];
            bytes[0] = 1;
            assertThat(pipe.isWritable()).isTrue();
            var taken = pipe.offer(bytes, 0, bytes.length);
            assertThat(taken).isBetween(4096, 1 << 16);
            assertThat(pipe.isWritable()).isFalse();
            assertThat(pipe.offer(bytes, taken, 1)).isZero();
            assertThat(in.readNBytes(taken)).startsWith(1, 0).hasSize(taken);
            assertThat(pipe.awaitWritable()).isTrue();
        }
    }

    @Test
    void aMissingReaderIsDetected() throws Exception {
        try (var pipe = WritePipe.open().orElseThrow()) {
            new FileInputStream(pipe.readEndFile()).close();
            assertThat(pipe.isWritable()).isTrue(); // our own descriptor of the read end is open
            pipe.closeReadEnd();
            assertThatThrownBy(pipe::isWritable).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> pipe.offer(new byte[1], 0, 1)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void closeReleasesBothEnds() throws Exception {
        WritePipe.open().orElseThrow().close(); // links the foreign functions first
        var before = new File("/proc/self/fd").list().length;
        var pipe = WritePipe.open().orElseThrow();
        assertThat(new File("/proc/self/fd").list()).hasSize(before + 2);
        pipe.close();
        pipe.close();
        assertThat(new File("/proc/self/fd").list()).hasSize(before);
        assertThatThrownBy(() -> pipe.write(1)).isInstanceOf(IOException.class);
    }
}
