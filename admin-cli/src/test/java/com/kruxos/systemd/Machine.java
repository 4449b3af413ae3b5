package com.kruxos.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.host.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;

/** A small Debian of its own: a tree made once and kept, copied for each test, and booted by systemd-nspawn. */
final class Machine implements AutoCloseable {
    private static final Path KEPT = Path.of(System.getProperty("user.home"), ".cache", "kruxos-test");
    private static final long PATIENCE_SECONDS = 180;

    private final Path tree;
    private final Process nspawn;
    private final String init;

    private Machine(Path tree, Process nspawn, String init) {
        this.tree = tree;
        this.nspawn = nspawn;
        this.init = init;
    }

    /** A copy of the tree that nobody has booted. */
    static Path tree(Path folder) throws Exception {
        Ran.needs("mmdebstrap", "systemd-nspawn", "nsenter", "curl", "dpkg-deb");
        if (Host.user() != 0) {
            assertThat(System.getenv("CI")).as("CI must be root for this").isNotEqualTo("true");
            Assumptions.abort("skipped: only root can boot a machine");
        }
        var kept = KEPT.resolve("bookworm-1");
        if (!Files.isDirectory(kept)) {
            Files.createDirectories(KEPT);
            var making = Files.createTempDirectory(KEPT, "making-");
            Ran.of(
                            "mmdebstrap",
                            "--variant=minbase",
                            "--include=systemd,systemd-sysv,dbus,procps",
                            "bookworm",
                            making.toString())
                    .well();
            Files.move(making, kept);
        }
        var tree = folder.resolve("tree");
        Ran.of("cp", "-a", kept.toString(), tree.toString()).well();
        return tree;
    }

    /** Boots a tree; returns when all has started. {@code bind} lends it a folder of ours, as {@code OURS:ITS}. */
    static Machine boot(Path tree, List<String> bind) throws IOException {
        var command = new ArrayList<>(List.of(
                "systemd-nspawn",
                "--quiet",
                "--directory=" + tree,
                "--register=no",
                "--private-network",
                "--kill-signal=SIGRTMIN+3"));
        if (!Files.isDirectory(Path.of("/run/systemd/system"))) {
            command.add("--keep-unit"); // nobody here could give it a unit of its own
        }
        bind.forEach(pair -> command.add("--bind-ro=" + pair));
        command.add("--boot");
        var log = tree.resolveSibling("boot.log").toFile();
        var nspawn = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        await("an init, see " + log, () -> nspawn.children().findAny().isPresent());
        var init = Long.toString(nspawn.children().findAny().orElseThrow().pid());
        var machine = new Machine(tree, nspawn, init);
        await(
                "the boot, see " + log,
                () -> machine.run("systemctl", "is-system-running").said().matches("(running|degraded)\\n"));
        return machine;
    }

    Path tree() {
        return tree;
    }

    /** Runs a command in it. */
    Ran run(String... command) throws IOException, InterruptedException {
        var all = new ArrayList<>(List.of("nsenter", "--target", init, "-m", "-u", "-i", "-n", "-p", "--"));
        all.addAll(List.of(command));
        return Ran.of(all);
    }

    Ran shell(String script) throws IOException, InterruptedException {
        return run("sh", "-c", script);
    }

    /** Runs one of our programs in its network. */
    Ran near(List<String> command) throws IOException, InterruptedException {
        var all = new ArrayList<>(List.of("nsenter", "--target", init, "-n", "--"));
        all.addAll(command);
        return Ran.of(all);
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
