package com.kruxos;

import static com.kruxos.config.Config.LaunchMode.AUTO;
import static com.kruxos.config.Config.LaunchMode.PLAIN;
import static com.kruxos.config.Config.LaunchMode.UNITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.config.Config;
import com.kruxos.process.CannotStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A program runs as the owner asked, or not at all; and the key is looked for where it may be. */
@EnabledOnOs(OS.LINUX)
class LauncherSelectorTest {
    @TempDir
    Path folder;

    /** Where the child has its home tells which launch it is. */
    private String home(Config.LaunchMode launch, boolean network) {
        try (var chosen = LauncherSelector.select(new Config.ChildProcessConfig(launch, network), "id", folder)) {
            return chosen.directoriesFor(folder.resolve("own")).home().toString();
        }
    }

    @Test
    void unitsAreUsedWhereTheirSocketIsWritable() throws IOException {
        var plain = folder.resolve("own").toString();
        assertThat(home(AUTO, true)).isEqualTo(plain);
        Files.createFile(folder.resolve("child.sock"));
        assertThat(home(AUTO, true)).isEqualTo("/tmp/home");
        assertThat(home(UNITS, true)).isEqualTo("/tmp/home");
        assertThat(home(PLAIN, true)).isEqualTo(plain);
        Files.createFile(folder.resolve("child-offline.sock"));
        assertThat(home(AUTO, false)).isEqualTo("/tmp/home");
    }

    @Test
    void isolationNeverFallsBelowTheConfiguration() throws IOException {
        refused(UNITS, true, "children.launch");
        refused(AUTO, false, "children.network");
        Files.createFile(folder.resolve("child.sock"));
        refused(AUTO, false, "child-offline.sock");
        refused(UNITS, false, "child-offline.sock");
    }

    private void refused(Config.LaunchMode launch, boolean network, String why) {
        assertThatThrownBy(() -> home(launch, network))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining(why);
        assertThat(folder.resolve("own")).doesNotExist();
    }

    @Test
    void theKeyFileIsTakenFromTheConfiguredPlace() throws IOException {
        var home = new HomeDirectory(folder);
        var there = folder.resolve(ServeSupport.CREDENTIAL);
        var handed = Map.of("CREDENTIALS_DIRECTORY", folder.toString());
        assertThat(ServeSupport.keys(home, handed).identityFile()).isEqualTo(folder.resolve("keyring/age.key"));
        Files.createFile(there);
        assertThat(ServeSupport.keys(home, handed).identityFile()).isEqualTo(there);
        assertThat(ServeSupport.isServiceCredential(ServeSupport.keys(home, handed)))
                .isTrue();
        assertThat(ServeSupport.keys(home, Map.of()).identityFile()).isEqualTo(folder.resolve("keyring/age.key"));
        var elsewhere = Map.of("CREDENTIALS_DIRECTORY", folder.toString(), "KRUXOS_AGE_KEY", "/media/key");
        assertThat(ServeSupport.keys(home, elsewhere).identityFile()).isEqualTo(Path.of("/media/key"));
        assertThat(ServeSupport.isServiceCredential(ServeSupport.keys(home, elsewhere)))
                .isFalse();
    }
}
