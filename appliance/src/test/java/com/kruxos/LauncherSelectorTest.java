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

/** Programs start as configured or not at all; the key file is found in all configured places. */
@EnabledOnOs(OS.LINUX)
class LauncherSelectorTest {
    @TempDir
    Path folder;

    /** The child's home shows which launcher was selected. */
    private String home(Config.LaunchMode launch, boolean network) {
        try (var launcher = LauncherSelector.select(new Config.ChildProcessConfig(launch, network), "id", folder)) {
            return launcher.directoriesFor(folder.resolve("server")).home().toString();
        }
    }

    @Test
    void unitsAreUsedWhereTheirSocketIsWritable() throws IOException {
        var plain = folder.resolve("server").toString();
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
        assertRefused(UNITS, true, "children.launch");
        assertRefused(AUTO, false, "children.network");
        Files.createFile(folder.resolve("child.sock"));
        assertRefused(AUTO, false, "child-offline.sock");
        assertRefused(UNITS, false, "child-offline.sock");
    }

    private void assertRefused(Config.LaunchMode launch, boolean network, String setting) {
        assertThatThrownBy(() -> home(launch, network))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining(setting);
        assertThat(folder.resolve("server")).doesNotExist();
    }

    @Test
    void theKeyFileIsTakenFromTheConfiguredPlace() throws IOException {
        var home = new HomeDirectory(folder);
        var credential = folder.resolve(ServeSupport.CREDENTIAL);
        var environment = Map.of("CREDENTIALS_DIRECTORY", folder.toString());
        assertThat(ServeSupport.keys(home, environment).identityFile()).isEqualTo(folder.resolve("keyring/age.key"));
        Files.createFile(credential);
        assertThat(ServeSupport.keys(home, environment).identityFile()).isEqualTo(credential);
        assertThat(ServeSupport.isServiceCredential(ServeSupport.keys(home, environment)))
                .isTrue();
        assertThat(ServeSupport.keys(home, Map.of()).identityFile()).isEqualTo(folder.resolve("keyring/age.key"));
        var withKeyPath = Map.of("CREDENTIALS_DIRECTORY", folder.toString(), "KRUXOS_AGE_KEY", "/media/key");
        assertThat(ServeSupport.keys(home, withKeyPath).identityFile()).isEqualTo(Path.of("/media/key"));
        assertThat(ServeSupport.isServiceCredential(ServeSupport.keys(home, withKeyPath)))
                .isFalse();
    }
}
