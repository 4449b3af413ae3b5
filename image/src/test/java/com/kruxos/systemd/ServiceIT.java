package com.kruxos.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service on a machine of its own under a real systemd: how it says that it is well, ends, and comes back. */
@Tag("full")
class ServiceIT {
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

    @Test
    void itIsReadyAndSaysSo() throws Exception {
        assertThat(service.property("kruxos", "ActiveState")).isEqualTo("active");
        assertThat(service.property("kruxos", "StatusText")).startsWith("gateway on port 7700, API on port 7703");
        service.assertRunsFromThePackage();
        assertThat(service.property("kruxos", "User")).isEqualTo("kruxos");
        assertThat(machine.shell("stat -c '%U %a' /var/lib/kruxos").well()).isEqualTo("kruxos 700\n");
        machine.run("systemd-analyze", "security", "--no-pager", "--threshold=12", "kruxos.service")
                .well();
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
        TestMachine.await(
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
        TestMachine.await("the units to end", () -> service.units().stream().noneMatch(before::contains));
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
        TestMachine.await("another process", () -> {
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
}
