package com.kruxos.audit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The text vectors, read by the checker in another language. */
@Timeout(120)
class CheckerTest {
    @Test
    void theVectorsHoldInAnotherLanguage() throws Exception {
        Checker.needed();
        var count = Vectors.of("leaf").size()
                + Vectors.of("refused").size()
                + Vectors.of("digest").size()
                + Vectors.of("log").size();
        assertThat(Checker.run("--vectors", Vectors.FILE.toString()))
                .isEqualTo(new Checker.Answer(0, "ok, " + count + " vectors"));
    }
}
