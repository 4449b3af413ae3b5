package com.kruxos.cli;

import java.io.Closeable;
import java.nio.file.Path;

/** The transcripts against the contract as we read it; another test plays them against the real appliance. */
class FakeApplianceTranscriptTest extends TranscriptTest {
    @Override
    Closeable start(Path home) {
        return FakeAppliance.on(home);
    }
}
