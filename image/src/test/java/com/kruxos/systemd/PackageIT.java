package com.kruxos.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The package on a machine of its own, where a real systemd runs and where none does: until the purge. */
@Tag("full")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PackageIT {
    private static final int LAST = Integer.MAX_VALUE;

    @TempDir
    static Path folder;

    private static BootedMachine booted;
    private static TestMachine machine;
    private static InstalledService service;

    @BeforeAll
    static void install() throws Exception {
        booted = BootedMachine.in(folder);
        machine = booted.machine();
        service = booted.service();
    }

    @AfterAll
    static void off() {
        if (booted != null) {
            booted.close();
        }
    }

    /**
     * Red without the restart in postinst, and without daemon-reload (which postrm does too): the old unit would hold.
     */
    @Test
    void anUpgradeRunsTheNewProgramOnTheSameHome() throws Exception {
        service.call("p", "echo before");
        var records = records();
        var old = service.mainPid();
        var next = booted.made().next(folder, 800);
        Files.copy(next.file(), machine.tree().resolve("root/next.deb"));
        machine.run("dpkg", "-i", "/root/next.deb").well();
        assertThat(version()).isEqualTo(next.version());
        assertThat(service.property("kruxos", "ActiveState")).isEqualTo("active");
        assertThat(service.mainPid()).isNotEqualTo(old);
        service.assertRunsFromThePackage();
        assertThat(service.property("kruxos", "MemoryMax")).isEqualTo(Long.toString(800L << 20));

        service.awaitReady("p");
        // With the agent's key and the server's secret of before.
        assertThat(service.call("p", "echo lent ${#TOKEN}")).contains("lent " + InstalledService.SECRET.length());
        assertThat(machine.run("kruxos", "audit", "verify").well()).contains("verified");
        assertThat(records()).startsWith(records.toArray(String[]::new)).hasSizeGreaterThan(records.size());
    }

    private static List<String> records() throws Exception {
        return machine.run("kruxos", "audit", "query", "--after", "0", "-n", "500")
                .well()
                .lines()
                .toList();
    }

    private static String version() throws Exception {
        return machine.run("dpkg-query", "-W", "-f", "${Version}", "kruxos").well();
    }

    @Test
    void anUpgradeLeavesOffWhatItsOwnerSwitchedOff() throws Exception {
        machine.run("systemctl", "disable", "--now", "kruxos").well();
        machine.run("dpkg", "-i", "/root/kruxos.deb").well();
        assertThat(machine.run("systemctl", "is-enabled", "kruxos").said()).isEqualTo("disabled\n");
        assertThat(service.property("kruxos", "ActiveState")).isEqualTo("inactive");
        machine.run("systemctl", "enable", "--now", "kruxos").well();
        service.awaitReady("p");
    }

    @Test
    @Order(LAST)
    void aRemovalKeepsTheHomeAndAPurgeLeavesWhatIsNotOurs() throws Exception {
        assertThat(machine.run("dpkg", "-r", "kruxos").well()).contains("/var/lib/kruxos stays");
        assertThat(machine.tree().resolve("var/lib/kruxos/kruxos.db")).exists();
        assertThat(service.units()).isEmpty();
        machine.run("dpkg", "-i", "/root/kruxos.deb").well();
        service.awaitReady("p");
        assertThat(service.call("p", "echo back")).contains("back");

        machine.shell("mkdir -p /etc/credstore.encrypted /etc/systemd/system/kruxos.service.d"
                        + " && touch /etc/credstore.encrypted/kruxos-age-key"
                        + " && echo '[Service]' > /etc/systemd/system/kruxos.service.d/override.conf")
                .well();
        assertThat(machine.run("dpkg", "--purge", "kruxos").well())
                .contains("Deleting /var/lib/kruxos", "Deleting the user kruxos", "was put there by you, and stays");
        assertThat(machine.tree().resolve("var/lib/kruxos")).doesNotExist();
        assertThat(machine.run("getent", "passwd", "kruxos").exit()).isEqualTo(2);
        assertThat(machine.shell("find / /run /tmp -xdev -name '*kruxos*' -not -path '/root/*'"
                                + " -not -path '/var/log/*' -not -path '/var/lib/dpkg/*' | sort")
                        .well()
                        .lines())
                .containsExactly("/etc/credstore.encrypted/kruxos-age-key", "/etc/systemd/system/kruxos.service.d");
    }

    /** In a tree that is not booted, such as an image that is being made. */
    @Test
    void itInstallsWhereNoSystemdRuns() throws Exception {
        var other = Files.createDirectory(folder.resolve("other"));
        var tree = TestMachine.ofItsOwn(other).root();
        Files.copy(booted.made().file(), tree.resolve("root/kruxos.deb"));
        ProgramResult.of("chroot", tree.toString(), "dpkg", "-i", "/root/kruxos.deb")
                .well();
        assertThat(tree.resolve("etc/systemd/system/multi-user.target.wants/kruxos.service"))
                .isSymbolicLink();
        assertThat(Files.readString(tree.resolve("etc/passwd"))).contains("kruxos:x:");
        ProgramResult.of("chroot", tree.toString(), "dpkg", "--purge", "kruxos").well();
        assertThat(Files.readString(tree.resolve("etc/passwd"))).doesNotContain("kruxos");
    }
}
