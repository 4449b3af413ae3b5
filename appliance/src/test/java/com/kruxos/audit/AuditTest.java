package com.kruxos.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {
    @TempDir
    Path folder;

    @Test
    void numbersFromOneWithoutGaps() {
        try (var audit = Samples.open(folder)) {
            assertThat(LongStream.range(0, 5).map(i -> audit.append(Samples.act("test", "done"), Durability.SYNCED)))
                    .containsExactly(1L, 2L, 3L, 4L, 5L);
            assertThat(audit.verify().records()).isEqualTo(5);
        }
    }
}
