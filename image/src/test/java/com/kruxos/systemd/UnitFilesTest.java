package com.kruxos.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What systemd's own tools say of the units, without one that runs. */
@EnabledOnOs(OS.LINUX)
class UnitFilesTest {
    private static final Path UNITS = Path.of("..", "systemd");

    @TempDir
    Path folder;

    /** A word that systemd does not know is a protection that is not there; it only warns of one. */
    @Test
    void systemdUnderstandsEveryWord() throws Exception {
        ProgramResult.needs("systemd-analyze");
        var copies = copies();
        assertThat(copies).hasSize(6);
        assertThat(verify(copies)).isEmpty();
        var main = folder.resolve("kruxos.service");
        Files.writeString(main, Files.readString(main).replace("NoNewPrivileges", "NoNewPrivilege"));
        assertThat(verify(copies)).as("the check can fail").contains("NoNewPrivilege");
    }

    private static String verify(List<Path> units) throws Exception {
        var command = new ArrayList<>(List.of("systemd-analyze", "verify", "--man=no"));
        units.forEach(unit -> command.add(unit.toString()));
        return ProgramResult.of(command).said();
    }

    /** It insists on programs that are there. */
    private List<Path> copies() throws IOException {
        var copies = new ArrayList<Path>();
        try (Stream<Path> files = Files.list(UNITS)) {
            for (var unit : files.filter(file -> file.toString().matches(".*\\.(service|socket)"))
                    .sorted()
                    .toList()) {
                var text = Files.readString(unit).replaceAll("ExecStart=/usr/lib/kruxos/\\S+", "ExecStart=/bin/true");
                copies.add(Files.writeString(folder.resolve(unit.getFileName()), text));
            }
        }
        return copies;
    }

    /** In tenths, as the tool takes it. */
    @ParameterizedTest
    @CsvSource({
        "kruxos.service, 12",
        "kruxos-setup.service, 12",
        "kruxos-child@.service, 12",
        "kruxos-child-offline@.service, 12"
    })
    void whatAUnitIsExposedTo(String unit, int most) throws Exception {
        ProgramResult.needs("systemd-analyze");
        ProgramResult.of(
                        "systemd-analyze",
                        "security",
                        "--offline=true",
                        "--no-pager",
                        "--threshold=" + most,
                        UNITS.resolve(unit).toString())
                .well();
    }

    /** Two files that say the same thing twice, because systemd has no other way. */
    @Test
    void theTwoKindsOfProgramsDifferInTheNetworkAlone() throws IOException {
        assertThat(difference("kruxos-child@.service", "kruxos-child-offline@.service"))
                .containsExactlyInAnyOrder(
                        "Description=KruxOS, the program of one MCP server",
                        "Description=KruxOS, the program of one MCP server without a network",
                        "User=kc%i",
                        "User=kco%i",
                        "# What one program may take. Change it with systemctl edit kruxos-child@.service.",
                        "# What one program may take. Change it with systemctl edit kruxos-child-offline@.service.",
                        "# The network, but not what clouds keep their machines' credentials at.",
                        "# No network but its own loopback, and nobody who would look names up for it.",
                        "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
                        "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
                        "IPAddressDeny=link-local",
                        "PrivateNetwork=yes",
                        "InaccessiblePaths=-/run/avahi-daemon -/run/dbus -/run/nscd -/run/systemd/resolve",
                        "IPAddressDeny=any",
                        "IPAddressAllow=localhost");
        assertThat(difference("kruxos-child.socket", "kruxos-child-offline.socket"))
                .containsExactlyInAnyOrder(
                        "Description=KruxOS, where the programs of MCP servers are asked for",
                        "Description=KruxOS, where the programs of MCP servers without a network are asked for",
                        "ListenStream=/run/kruxos/child.sock",
                        "ListenStream=/run/kruxos/child-offline.sock");
    }

    @Test
    void thePreparationMayNoMoreThanTheAppliance() throws IOException {
        var lines = new TreeSet<>(lines("kruxos.service"));
        lines.removeAll(lines("kruxos-setup.service"));
        assertThat(lines.stream()
                        .filter(line -> line.matches("(Private|Protect|Restrict|System|NoNew|Cap|Lock|Key).*")))
                .containsExactly("RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6");
    }

    /** What the service promises whoever runs it; the tools above would not miss these. */
    @Test
    void theServiceIsWatchedBoundedAndStartedAgain() throws IOException {
        assertThat(lines("kruxos.service"))
                .contains(
                        "Type=notify",
                        "NotifyAccess=main",
                        "User=kruxos",
                        "LoadCredentialEncrypted=kruxos-age-key",
                        "Restart=on-failure",
                        "WatchdogSec=60",
                        "MemoryMax=768M",
                        "TasksMax=2048",
                        "LimitNOFILE=65536",
                        "LimitCORE=0");
    }

    /**
     * One dynamic user for all would be the default, and each program could read the others' secrets. Each socket
     * counts its connections for itself: {@link BootIT} has two programs with the same number.
     */
    @Test
    void eachProgramHasAUserOfItsOwn() throws IOException {
        assertThat(lines("kruxos-child@.service")).contains("User=kc%i");
        assertThat(lines("kruxos-child-offline@.service")).contains("User=kco%i");
        for (var unit : List.of("kruxos-child@.service", "kruxos-child-offline@.service")) {
            assertThat(lines(unit)).contains("DynamicUser=yes", "KillMode=control-group", "TimeoutStopSec=4");
        }
    }

    private static List<String> difference(String one, String other) throws IOException {
        var first = new ArrayList<>(lines(one));
        var second = new ArrayList<>(lines(other));
        var both = List.copyOf(first);
        first.removeAll(second);
        second.removeAll(both);
        first.addAll(second);
        return first;
    }

    private static List<String> lines(String unit) throws IOException {
        return Files.readAllLines(UNITS.resolve(unit));
    }
}
