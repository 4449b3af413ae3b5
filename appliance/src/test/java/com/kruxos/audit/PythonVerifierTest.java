package com.kruxos.audit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the verifier in another language on the text vectors. */
@Timeout(120)
class PythonVerifierTest {
    @Test
    void thePythonVerifierAcceptsTheVectors() throws Exception {
        PythonVerifier.requirePython();
        var count = LeafVectors.of("leaf").size()
                + LeafVectors.of("refused").size()
                + LeafVectors.of("digest").size()
                + LeafVectors.of("log").size();
        assertThat(PythonVerifier.run("--vectors", LeafVectors.FILE.toString()))
                .isEqualTo(new PythonVerifier.VerifierOutput(0, "ok, " + count + " vectors"));
    }
}
