package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.Appliance;
import com.kruxos.HomeDirectory;
import com.kruxos.HomeInitializer;
import com.kruxos.config.Config;
import com.kruxos.vault.KeyFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kruxos cert replace} on the real appliance; what is given was made for another home. */
class CertReplaceCommandTest {
    @TempDir
    Path folder;

    @Test
    void certificateAndKeyAreReplacedTogether() throws Exception {
        var home = prepared("home");
        var other = prepared("other").tls();
        var third = prepared("third").tls();
        try (var _ = Appliance.start(
                Config.defaults().withPort(0), home, KeyFiles.in(home.folder()), InstantSource.system())) {
            var before = export(home);
            var wrong = replace(home, other.resolve("certificate.pem"), third.resolve("key.pem"));
            assertThat(wrong.exit()).isEqualTo(ExitCode.REFUSED);
            assertThat(wrong.err()).contains("does not belong");
            assertThat(export(home)).isEqualTo(before);

            var done = replace(home, other.resolve("certificate.pem"), other.resolve("key.pem"));
            assertThat(done.exit()).as(done.err()).isZero();
            assertThat(done.err()).contains("The new certificate is in use");
            assertThat(export(home)).isEqualTo(Files.readString(other.resolve("certificate.pem")));
            assertThat(Files.readString(home.tls().resolve("key.pem")))
                    .isEqualTo(Files.readString(other.resolve("key.pem")));
        }
    }

    /** Fails without the bound in CertificateAndKeyFiles: it would be read whole. */
    @Test
    void missingOrOversizedFilesAreNotSent() throws Exception {
        var large = Files.writeString(folder.resolve("large.pem"), "x".repeat(65_536));
        var small = Files.writeString(folder.resolve("small.pem"), "x");
        try (var server = FakeHttpServer.on(folder, _ -> FakeHttpServer.jsonResponse(200, "{}"))) {
            assertThat(replace(folder, large, small).err()).contains("larger than 64 KiB");
            assertThat(replace(folder, small, large).err()).contains("larger than 64 KiB");
            assertThat(replace(folder, folder.resolve("nowhere"), small).err()).contains("cannot read");
            assertThat(server.requests()).isEmpty();
        }
    }

    private HomeDirectory prepared(String name) throws Exception {
        var home = new HomeDirectory(Files.createDirectory(folder.resolve(name)));
        HomeInitializer.initialize(home, KeyFiles.in(home.folder()), InstantSource.system());
        return home;
    }

    private static String export(HomeDirectory home) {
        return CliRun.run(home.folder(), "cert", "export").out();
    }

    private static CliRun replace(HomeDirectory home, Path certificate, Path key) {
        return replace(home.folder(), certificate, key);
    }

    private static CliRun replace(Path home, Path certificate, Path key) {
        return CliRun.run(home, "cert", "replace", "--certificate", certificate.toString(), "--key", key.toString());
    }
}
