package com.kruxos.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.os.SystemInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;

/** A small Debian that systemd-nspawn boots: one of its own, or one that borrows the programs of this machine. */
final class TestMachine implements AutoCloseable {
    private static final Path KEPT = Path.of(System.getProperty("user.home"), ".cache", "kruxos-test");
    private static final long PATIENCE_SECONDS = 180;

    /**
     * What a machine is made of.
     *
     * @param usr where its own programs go
     * @param how how nspawn puts them together
     */
    record Tree(Path root, Path usr, List<String> how) {}

    private final Path tree;
    private final Process nspawn;
    private final String init;

    private TestMachine(Path tree, Process nspawn, String init) {
        this.tree = tree;
        this.nspawn = nspawn;
        this.init = init;
    }

    /** A copy of a tree that is made once and kept: nothing of this machine is in it. */
    static Tree ofItsOwn(Path folder) throws Exception {
        ProgramResult.needs("mmdebstrap");
        needed();
        var kept = KEPT.resolve("bookworm-1");
        if (!Files.isDirectory(kept)) {
            Files.createDirectories(KEPT);
            var making = Files.createTempDirectory(KEPT, "making-");
            ProgramResult.of(
                            "mmdebstrap",
                            "--variant=minbase",
                            "--include=systemd,systemd-sysv,dbus,procps",
                            "bookworm",
                            making.toString())
                    .well();
            Files.move(making, kept);
        }
        var tree = folder.resolve("tree");
        ProgramResult.of("cp", "-a", kept.toString(), tree.toString()).well();
        return new Tree(tree, tree.resolve("usr"), List.of());
    }

    /** The programs of this machine, in which changes go elsewhere; settings and state of its own. Made at once. */
    static Tree borrowed(Path folder) throws Exception {
        needed();
        var root = folder.resolve("tree");
        var over = Files.createDirectories(folder.resolve("usr"));
        for (var place : List.of("etc", "opt", "proc", "root", "run", "sys", "dev", "usr", "var/lib/dpkg/info")) {
            Files.createDirectories(root.resolve(place));
        }
        for (var place : List.of("tmp", "var/tmp")) {
            Files.setPosixFilePermissions(
                    Files.createDirectories(root.resolve(place)), PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        for (var place : List.of("bin", "sbin", "lib", "lib64")) {
            Files.createSymbolicLink(root.resolve(place), Path.of("usr", place));
        }
        // What the package depends on, as this machine has it.
        var known = List.of("dpkg-query", "--status", "libc6", "init-system-helpers", "passwd", "perl-base", "systemd");
        Files.writeString(
                root.resolve("var/lib/dpkg/status"), ProgramResult.of(known).well());
        Files.copy(Path.of("/etc/ld.so.cache"), root.resolve("etc/ld.so.cache"));
        Files.writeString(root.resolve("etc/machine-id"), "");
        Files.writeString(root.resolve("etc/os-release"), "ID=debian\n");
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\n");
        Files.writeString(root.resolve("etc/shadow"), "root:*:19000:0:99999:7:::\n");
        Files.writeString(root.resolve("etc/nsswitch.conf"), "passwd: files systemd\ngroup: files systemd\n");
        // A machine that makes images tells its packages to start nothing.
        var policy = Files.createDirectories(over.resolve("sbin")).resolve("policy-rc.d");
        Files.writeString(policy, "#!/bin/sh\nexit 0\n");
        Files.setPosixFilePermissions(policy, PosixFilePermissions.fromString("rwxr-xr-x"));
        var tree = new Tree(root, over, List.of("--overlay=/usr:" + over + ":/usr"));
        var tried = ProgramResult.of(command(tree, "true"));
        if (tried.exit() != 0) {
            Assumptions.abort("skipped: no machine can be made here: " + tried.said());
        }
        return tree;
    }

    private static void needed() throws Exception {
        ProgramResult.needs("systemd-nspawn", "nsenter", "curl", "dpkg-deb", "find");
        if (SystemInfo.effectiveUserId() != 0) {
            assertThat(System.getenv("CI")).as("CI must be root for this").isNotEqualTo("true");
            Assumptions.abort("skipped: only root can boot a machine");
        }
        removeOldGroups();
    }

    /**
     * Where nobody gives nspawn a unit of its own, it leaves the control groups of a machine behind, and with cgroups
     * of the second version no other machine's init can begin in them. Those that are in use cannot be removed.
     */
    private static void removeOldGroups() throws Exception {
        try (var lines = Files.lines(Path.of("/proc/self/cgroup"))) {
            var ours = lines.filter(line -> line.startsWith("0::")).findFirst();
            if (ours.isPresent()) {
                var group = "/sys/fs/cgroup" + ours.get().substring("0::".length()) + "/payload";
                ProgramResult.of("find", group, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";");
            }
        }
    }

    private static List<String> command(Tree tree, String... more) {
        var command = new ArrayList<>(List.of(
                "systemd-nspawn",
                "--quiet",
                "--directory=" + tree.root(),
                "--register=no",
                "--private-network",
                "--kill-signal=SIGRTMIN+3"));
        if (!Files.isDirectory(Path.of("/run/systemd/system"))) {
            command.add("--keep-unit"); // nobody here could give it a unit of its own
        }
        command.addAll(tree.how());
        command.addAll(List.of(more));
        return command;
    }

    /** Boots a tree; returns when all has started. */
    static TestMachine boot(Tree made) throws IOException {
        var tree = made.root();
        var log = tree.resolveSibling("boot.log").toFile();
        var nspawn = new ProcessBuilder(command(made, "--boot"))
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        await("an init, see " + log, () -> nspawn.children().findAny().isPresent());
        var init = Long.toString(nspawn.children().findAny().orElseThrow().pid());
        var machine = new TestMachine(tree, nspawn, init);
        await(
                "the boot, see " + log,
                () -> machine.run("systemctl", "is-system-running").said().matches("(running|degraded)\\n"));
        return machine;
    }

    Path tree() {
        return tree;
    }

    /** Runs a command in it. */
    ProgramResult run(String... command) throws IOException, InterruptedException {
        var all = new ArrayList<>(List.of("nsenter", "--target", init, "-m", "-u", "-i", "-n", "-p", "--"));
        all.addAll(List.of(command));
        return ProgramResult.of(all);
    }

    ProgramResult shell(String script) throws IOException, InterruptedException {
        return run("sh", "-c", script);
    }

    /** Runs one of our programs in its network. */
    ProgramResult near(List<String> command) throws IOException, InterruptedException {
        var all = new ArrayList<>(List.of("nsenter", "--target", init, "-n", "--"));
        all.addAll(command);
        return ProgramResult.of(all);
    }

    /** A question that may fail. */
    interface Question {
        boolean ask() throws Exception;
    }

    static void await(String what, Question question) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!answer(question)) {
            assertThat(System.nanoTime()).as("still waiting for " + what).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    private static boolean answer(Question question) {
        try {
            return question.ask();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Switches it off like a container: what it still runs is killed. */
    @Override
    public void close() {
        nspawn.children().forEach(ProcessHandle::destroyForcibly);
        nspawn.destroy();
        await("the machine to be off", () -> !nspawn.isAlive());
    }
}
