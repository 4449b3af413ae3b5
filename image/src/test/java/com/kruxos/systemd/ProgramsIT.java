package com.kruxos.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of servers in units of their own under a real systemd: what they see, reach, keep and may take. */
@Tag("full")
class ProgramsIT {
    /** To the appliance's own port, as it is reached from the machine it runs on. */
    private static final String REACH =
            "perl -MIO::Socket::INET -e '$there = IO::Socket::INET->new(PeerAddr => q(127.0.0.1),"
                    + " PeerPort => 7700, Timeout => 60); print $there ? q(reached) : $@'";

    /** Where programs of the machine listen that look names up for others. */
    private static final List<String> ASKED_FOR_NAMES = List.of("/run/dbus", "/run/nscd", "/run/systemd/resolve");

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
    void aProgramIsAloneInAUnit() throws Exception {
        service.addServer("q");
        var one = service.call("p", "id -u; id -un; stat -c %a $HOME; env");
        var other = service.call(
                "q", "id -u; grep -s . /var/lib/kruxos/kruxos.db /proc/[0-9]*/environ | grep -c TOKEN=; ls /proc");
        assertThat(one)
                .contains("TOKEN=[redacted]", "HOME=/tmp/home", "\n700\n")
                .doesNotContain("NOTIFY_SOCKET", InstalledService.SECRET);
        assertThat(InstalledService.number(one)).isNotEqualTo(InstalledService.number(other));
        // Its own two, of the program and of the shell, and nobody else's.
        assertThat(service.call("q", "ps -eo user= | sort -u | wc -l")).containsPattern("\"text\":\"1\\n");
        for (var place : List.of("/var/lib/kruxos", "/run/kruxos", "/root", "/home/x")) {
            assertThat(service.call("q", "ls " + place)).containsAnyOf("cannot open", "cannot access");
        }
        assertThat(service.call("q", "touch /usr/x /etc/x /opt/x")).contains("Read-only file system");
        var unit = service.unitOf("q");
        assertThat(service.property(unit, "MemoryMax")).isEqualTo(Long.toString(1L << 30));
        assertThat(service.property(unit, "TasksMax")).isEqualTo("256");
        assertThat(service.property(unit, "MemorySwapMax")).isEqualTo("0");
        machine.run("kruxos", "server", "remove", "q").well();
    }

    /** Red when the user is not a dynamic one: all it may write to then outlives it. */
    @Test
    void whatItWritesGoesWithIt() throws Exception {
        service.addServer("w");
        var unit = service.unitOf("w");
        var name = "left-by-w";
        assertThat(service.call(
                        "w",
                        "for place in $HOME $TMPDIR /var/tmp /dev/shm; do echo $place; echo x > $place/" + name
                                + "; done;" + " ls $HOME"))
                .contains("\"text\":\"/tmp/home\n/tmp\n/var/tmp\n/dev/shm\n" + name + "\n\"");
        var left = "find /tmp /var /dev /home /root /run -name " + name + " 2>/dev/null | wc -l";
        assertThat(machine.shell(left).well()).as("the search can find them").isEqualTo("4\n");
        machine.run("kruxos", "server", "disable", "w").well();
        TestMachine.await("the unit to end", () -> !service.units().contains(unit));
        assertThat(machine.shell(left).well()).isEqualTo("0\n");
        machine.run("kruxos", "server", "enable", "w").well();
        service.awaitReady("w");
        assertThat(service.call("w", "ls -A $HOME; " + left)).contains("\"text\":\"0\n\"");
        machine.run("kruxos", "server", "remove", "w").well();
    }

    /** Red without MemoryMax, without OOMPolicy, and, where the machine has swap, without MemorySwapMax. */
    @Test
    void whoTakesTooMuchMemoryIsEndedAlone() throws Exception {
        service.addServer("m");
        var unit = service.unitOf("m");
        service.needsLimit(unit, "memory.max");
        var others = Others.now();
        // What it had started is the greatest: it alone is ended, and the unit goes on when systemd has heard of it.
        assertThat(service.call("m", "perl -e '$taken = q(x) x (1100 << 20)'; echo ended with $?"))
                .contains("ended with 137");
        TestMachine.await(
                "systemd to hear of it",
                () -> machine.run("journalctl", "--unit", unit).well().contains("killed by the OOM killer"));
        assertThat(service.property(unit, "ActiveState")).isEqualTo("active");
        assertThat(service.unitOf("m")).isEqualTo(unit);

        assertThat(service.take("m", 1100)).contains("\"error\"");
        TestMachine.await("the unit to end", () -> !service.units().contains(unit));
        service.awaitReady("m");
        assertThat(service.unitOf("m")).isNotEqualTo(unit);
        others.assertUnharmed();
        machine.run("kruxos", "server", "remove", "m").well();
    }

    /** Red without TasksMax: all would be there. */
    @Test
    void whoStartsTooMuchIsRefused() throws Exception {
        service.addServer("t");
        service.needsLimit(service.unitOf("t"), "pids.max");
        var others = Others.now();
        var started = InstalledService.number(service.call(
                "t",
                "perl -e 'while (@p < 1000) { my $c = fork; last unless defined $c; if (!$c) { sleep 600; exit } push @p, $c }"
                        + " print scalar @p; kill 9, @p'"));
        assertThat(Integer.parseInt(started)).isBetween(200, 255);
        assertThat(service.call("t", "echo again")).contains("again");
        others.assertUnharmed();
        machine.run("kruxos", "server", "remove", "t").well();
    }

    /** The appliance and another server's program, which go on whatever a program does. */
    private record Others(String appliance, String unit) {
        static Others now() throws Exception {
            return new Others(service.mainPid(), service.unitOf("p"));
        }

        void assertUnharmed() throws Exception {
            assertThat(now()).isEqualTo(this);
        }
    }

    /** Red without PrivateNetwork: the machine's loopback would be its own. */
    @Test
    void withoutANetworkThereIsNone() throws Exception {
        machine.shell("mkdir -p " + String.join(" ", ASKED_FOR_NAMES)).well();
        assertThat(service.call("p", REACH + "; ls -d " + String.join(" ", ASKED_FOR_NAMES)))
                .contains("reached" + String.join("\n", ASKED_FOR_NAMES));
        var config = machine.tree().resolve("var/lib/kruxos/kruxos.yaml");
        Files.writeString(config, "children:\n  network: false\n");
        machine.run("systemctl", "restart", "kruxos").well();
        service.awaitReady("p");
        assertThat(service.units())
                .allMatch(unit -> unit.startsWith("kruxos-child-offline@"))
                .isNotEmpty();
        assertOffline("p");
        Files.delete(config);
        machine.run("systemctl", "restart", "kruxos").well();
        service.awaitReady("p");
        service.addServer("alone", "--offline");
        assertOffline("alone");
        assertThat(service.call("p", REACH)).contains("reached");
        assertThat(service.units())
                .anyMatch(unit -> unit.startsWith("kruxos-child-offline@"))
                .anyMatch(unit -> unit.startsWith("kruxos-child@"));
        machine.run("kruxos", "server", "remove", "alone").well();
    }

    private static void assertOffline(String server) throws Exception {
        assertThat(service.call(server, "cut -d: -f1 -s /proc/net/dev")).containsPattern("\"text\":\" *lo\n\"");
        assertThat(service.call(server, REACH)).contains("Connection refused");
        // These are asked in files, and ask the network.
        for (var place : ASKED_FOR_NAMES) {
            assertThat(service.call(server, "ls " + place)).containsAnyOf("cannot open", "cannot access");
        }
    }
}
