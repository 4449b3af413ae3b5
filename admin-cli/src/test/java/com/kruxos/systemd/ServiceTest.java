package com.kruxos.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The package on a machine of its own under a real systemd, from the installation to the purge. */
@Tag("full")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServiceTest {
    private static final int LAST = Integer.MAX_VALUE;

    @TempDir
    static Path folder;

    private static DebianPackage made;
    private static Machine machine;
    private static Service service;

    @BeforeAll
    static void install() throws Exception {
        var tree = Machine.ofItsOwn(folder);
        made = DebianPackage.make(folder);
        Service.lay(made, tree);
        machine = Machine.boot(tree, made.lent());
        service = Service.install(machine);
    }

    @AfterAll
    static void off() throws Exception {
        if (machine != null) {
            machine.close();
        }
    }

    @Test
    void itIsReadyAndSaysSo() throws Exception {
        assertThat(service.property("kruxos", "ActiveState")).isEqualTo("active");
        assertThat(service.property("kruxos", "StatusText")).startsWith("agents on port 7700, people on port 7703");
        assertThat(service.property("kruxos", "User")).isEqualTo("kruxos");
        assertThat(machine.shell("stat -c '%U %a' /var/lib/kruxos").well()).isEqualTo("kruxos 700\n");
        machine.run("systemd-analyze", "security", "--no-pager", "--threshold=12", "kruxos.service")
                .well();
    }

    @Test
    void aProgramIsAloneInAUnit() throws Exception {
        service.addServer("q");
        var one = service.call("p", "id -u; id -un; stat -c %a $HOME; env");
        var other = service.call(
                "q", "id -u; grep -s . /var/lib/kruxos/kruxos.db /proc/[0-9]*/environ | grep -c TOKEN=; ls /proc");
        assertThat(one)
                .contains("TOKEN=[redacted]", "HOME=/tmp/home", "\n700\n")
                .doesNotContain("NOTIFY_SOCKET", Service.SECRET);
        assertThat(number(one)).isNotEqualTo(number(other));
        // Its own two, of the program and of the shell, and nobody else's.
        assertThat(service.call("q", "ps -eo user= | sort -u | wc -l")).containsPattern("\"text\":\"1\\n");
        for (var place : List.of("/var/lib/kruxos", "/run/kruxos", "/root", "/home/x")) {
            assertThat(service.call("q", "ls " + place)).containsAnyOf("cannot open", "cannot access");
        }
        assertThat(service.call("q", "touch /usr/x /etc/x /opt/x")).contains("Read-only file system");
        var unit = service.units().getFirst();
        assertThat(service.property(unit, "MemoryMax")).isEqualTo(Long.toString(1L << 30));
        assertThat(service.property(unit, "TasksMax")).isEqualTo("256");
        machine.run("kruxos", "server", "remove", "q").well();
    }

    private static String number(String answer) {
        var found = Pattern.compile("\"text\":\"(\\d+)").matcher(answer);
        assertThat(found.find()).as(answer).isTrue();
        return found.group(1);
    }

    @Test
    void aRestartWaitsForTheCallAndEverythingComesBack() throws Exception {
        var slow = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return service.call("p", "touch /tmp/begun; sleep 6; echo late-answer");
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                Thread::startVirtualThread);
        Machine.await(
                "the call",
                () -> machine.shell("ls -d /tmp/systemd-private-*/tmp/begun /proc/*/root/tmp/begun 2>/dev/null")
                        .said()
                        .contains("begun"));
        machine.run("systemctl", "restart", "kruxos").well();
        assertThat(slow.get(120, TimeUnit.SECONDS)).contains("late-answer");
        service.awaitReady("p");
        assertThat(service.call("p", "echo again")).contains("again");
        assertThat(machine.run("kruxos", "audit", "verify").well()).contains("verified");
        assertThat(machine.run("kruxos", "audit", "query", "-n", "500").well())
                .contains("stop ")
                .doesNotContain("interrupted");
    }

    /** What ignores being asked and left its session, its group and its parent, is still in the unit. */
    @Test
    void aKillOfTheApplianceTakesEverythingAlong() throws Exception {
        service.call(
                "p",
                "perl -e 'exit if fork; setpgrp; $SIG{TERM}=$SIG{HUP}=sub{}; close STDIN; close STDOUT; sleep 10000' >/dev/null 2>&1");
        var before = service.units();
        assertThat(machine.shell("pgrep -fc 'sleep 10000'").said()).isNotEqualTo("0\n");
        machine.run("systemctl", "kill", "-s", "KILL", "--kill-who=main", "kruxos")
                .well();
        Machine.await("the units to end", () -> service.units().stream().noneMatch(before::contains));
        assertThat(machine.shell("pgrep -f '[s]leep 10000'").said()).isEmpty();
        service.awaitReady("p");
        assertThat(service.call("p", "echo back")).contains("back");
    }

    @Test
    void oneThatHangsIsEndedAndStartedAgain() throws Exception {
        machine.shell(
                        "mkdir -p /run/systemd/system/kruxos.service.d; printf '[Service]\\nWatchdogSec=8\\nTimeoutAbortSec=2\\n'"
                                + " > /run/systemd/system/kruxos.service.d/t.conf; systemctl daemon-reload; systemctl restart kruxos")
                .well();
        var before = service.property("kruxos", "MainPID");
        machine.run("kill", "-STOP", before).well();
        Machine.await("another process", () -> {
            var now = service.property("kruxos", "MainPID");
            return !now.equals(before)
                    && !now.equals("0")
                    && service.property("kruxos", "ActiveState").equals("active");
        });
        machine.shell("rm -r /run/systemd/system/kruxos.service.d; systemctl daemon-reload; systemctl restart kruxos")
                .well();
        service.awaitReady("p");
    }

    @Test
    void withoutANetworkThereIsNone() throws Exception {
        var config = machine.tree().resolve("var/lib/kruxos/kruxos.yaml");
        Files.writeString(config, "children:\n  network: false\n");
        machine.run("systemctl", "restart", "kruxos").well();
        service.awaitReady("p");
        assertThat(service.units())
                .allMatch(unit -> unit.startsWith("kruxos-child-offline@"))
                .isNotEmpty();
        assertThat(service.call("p", "cut -d: -f1 -s /proc/net/dev")).containsPattern("\"text\":\" *lo\\n\"");
        Files.delete(config);
        machine.run("systemctl", "restart", "kruxos").well();
        service.awaitReady("p");
        service.addServer("alone", "--offline");
        assertThat(service.call("alone", "cut -d: -f1 -s /proc/net/dev")).containsPattern("\"text\":\" *lo\\n\"");
        assertThat(service.units())
                .anyMatch(unit -> unit.startsWith("kruxos-child-offline@"))
                .anyMatch(unit -> unit.startsWith("kruxos-child@"));
        machine.run("kruxos", "server", "remove", "alone").well();
        machine.run("systemctl", "restart", "kruxos").well();
        service.awaitReady("p");
    }

    @Test
    void theKeyMayBeACredentialThatLiesSealed() throws Exception {
        machine.shell("mkdir -p /etc/credstore.encrypted && systemd-creds encrypt --name=kruxos-age-key"
                        + " /var/lib/kruxos/keyring/age.key /etc/credstore.encrypted/kruxos-age-key"
                        + " && mv /var/lib/kruxos/keyring/age.key /root/age.key && systemctl restart kruxos")
                .well();
        assertThat(machine.run("kruxos", "status").well())
                .contains("service credential /run/credentials/kruxos.service");
        service.awaitReady("p");
        machine.shell("mv /root/age.key /var/lib/kruxos/keyring/age.key && rm /etc/credstore.encrypted/kruxos-age-key"
                        + " && systemctl restart kruxos")
                .well();
    }

    @Test
    void anUpgradeKeepsTheHome() throws Exception {
        machine.run("dpkg", "-i", "/root/kruxos.deb").well();
        service.awaitReady("p");
        assertThat(service.call("p", "echo upgraded")).contains("upgraded");
    }

    @Test
    @Order(LAST)
    void aRemovalKeepsTheHomeAndAPurgeLeavesNothing() throws Exception {
        assertThat(machine.run("dpkg", "-r", "kruxos").well()).contains("/var/lib/kruxos stays");
        assertThat(machine.tree().resolve("var/lib/kruxos/kruxos.db")).exists();
        assertThat(service.units()).isEmpty();
        assertThat(machine.run("dpkg", "--purge", "kruxos").well())
                .contains("Deleting /var/lib/kruxos", "Deleting the user kruxos");
        assertThat(machine.tree().resolve("var/lib/kruxos")).doesNotExist();
        assertThat(machine.run("getent", "passwd", "kruxos").exit()).isEqualTo(2);
        assertThat(machine.shell("find / -xdev -name '*kruxos*' -not -path '/proc/*' -not -path '/root/*'"
                                + " -not -path '/var/log/*' -not -path '/usr/lib/kruxos/runtime'  -not -path '/usr/lib/kruxos'"
                                + " -not -path '/var/lib/dpkg/*' -not -path '/sys/*'")
                        .said())
                .isEmpty();
    }

    /** In a tree that is not booted, such as an image that is being made. */
    @Test
    void itInstallsWhereNoSystemdRuns() throws Exception {
        var other = Files.createDirectory(folder.resolve("other"));
        var tree = Machine.ofItsOwn(other).root();
        Files.copy(made.file(), tree.resolve("root/kruxos.deb"));
        Ran.of("chroot", tree.toString(), "dpkg", "-i", "/root/kruxos.deb").well();
        assertThat(tree.resolve("etc/systemd/system/multi-user.target.wants/kruxos.service"))
                .isSymbolicLink();
        assertThat(Files.readString(tree.resolve("etc/passwd"))).contains("kruxos:x:");
        Ran.of("chroot", tree.toString(), "dpkg", "--purge", "kruxos").well();
        assertThat(Files.readString(tree.resolve("etc/passwd"))).doesNotContain("kruxos");
    }
}
