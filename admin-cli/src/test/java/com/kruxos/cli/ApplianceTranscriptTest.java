package com.kruxos.cli;

import com.kruxos.Appliance;
import com.kruxos.HomeDirectory;
import com.kruxos.HomeInitializer;
import com.kruxos.config.Config;
import com.kruxos.vault.KeyFiles;
import java.io.Closeable;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/**
 * The transcripts against the real appliance: rows K4, K5, K7, K9, P5 and C6, by the commands people type.
 *
 * <p>K4 and K7: red when Shell.showOnce no longer says the value. K5: red without the routes of {@code revoke} and
 * {@code rotate} in AgentRoutes. K9: red without {@code tokens.revoke} in TokenAdmin. P5: red without {@code out.write}
 * in SecretCommands.get. C6: red when a list shows more than names, for a transcript is the whole output.
 */
class ApplianceTranscriptTest extends TranscriptTest {
    @Override
    Closeable start(Path folder) {
        var home = new HomeDirectory(folder);
        var keys = KeyFiles.in(folder);
        HomeInitializer.initialize(home, keys, InstantSource.system());
        return Appliance.start(Config.defaults().withPort(0), home, keys, InstantSource.system())::close;
    }

    @Override
    List<String> skipped() {
        return List.of("fake-only.txt");
    }
}
