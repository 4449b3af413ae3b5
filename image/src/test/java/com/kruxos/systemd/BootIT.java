package com.kruxos.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One life of this build's package under a real systemd, on the programs of this machine; {@link ServiceIT} and its
 * neighbours try the rest.
 */
@Timeout(300)
class BootIT {
    @TempDir
    static Path folder;

    @Test
    void itIsInstalledStartsServesACallAndStops() throws Exception {
        var tree = TestMachine.borrowed(folder);
        var made = DebianPackage.make(folder);
        InstalledService.lay(made, tree);
        try (var machine = TestMachine.boot(tree)) {
            var service = InstalledService.install(machine);
            assertThat(service.property("kruxos", "ActiveState")).isEqualTo("active");
            assertThat(service.property("kruxos", "StatusText")).startsWith("gateway on port 7700");
            // Without its cache of classes it would run too, and start slower.
            service.assertRunsFromThePackage();
            assertThat(machine.shell(DebianPackage.sums(DebianPackage.INSTALLED))
                            .well())
                    .isEqualTo(DebianPackage.sums());
            assertThat(machine.run("dpkg-query", "-W", "-f", "${Version}", "kruxos")
                            .well())
                    .isEqualTo(made.version());
            assertThat(machine.run("kruxos", "version").well()).contains(made.version());
            machine.run("systemd-analyze", "security", "--no-pager", "--threshold=12", "kruxos.service")
                    .well();

            assertThat(service.call("p", "id -u; ls /var/lib/kruxos; env; echo called"))
                    .contains("TOKEN=[redacted]", "called")
                    .containsAnyOf("cannot open", "cannot access")
                    .doesNotContain(InstalledService.SECRET, "NOTIFY_SOCKET");
            assertThat(service.units()).singleElement().asString().startsWith("kruxos-child@");

            // Both are the first at their socket. Red when the two kinds of units name their users alike.
            service.addServer("o", "--offline");
            assertThat(service.unitOf("o")).isEqualTo(service.unitOf("p").replace("@", "-offline@"));
            assertThat(InstalledService.number(service.call("o", "id -u")))
                    .isNotEqualTo(InstalledService.number(service.call("p", "id -u")));

            machine.run("systemctl", "stop", "kruxos").well();
            assertThat(service.property("kruxos", "Result")).isEqualTo("success");
            TestMachine.await("the programs to end", () -> service.units().isEmpty());
            assertThat(machine.run("dpkg", "--purge", "kruxos").well()).contains("Deleting /var/lib/kruxos");
            assertThat(tree.root().resolve("var/lib/kruxos")).doesNotExist();
        }
    }
}
