package com.kruxos.process;

import com.kruxos.os.SystemInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * {@code setsid} and {@code setpriv}, which prepare a process and then exec the child, so that process id and exit
 * status are the child's own. Found in the system's directories only, never in a PATH.
 */
final class ExecWrappers {
    private static final List<String> SYSTEM_DIRECTORIES = List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin");

    private final Optional<Path> setsid;
    private final Optional<Path> setpriv;

    private ExecWrappers(Optional<Path> setsid, Optional<Path> setpriv) {
        this.setsid = setsid;
        this.setpriv = setpriv;
    }

    static ExecWrappers find() {
        if (!SystemInfo.isLinux()) {
            return none();
        }
        return new ExecWrappers(find("setsid"), find("setpriv").filter(ExecWrappers::supportsParentDeathSignal));
    }

    static ExecWrappers none() {
        return new ExecWrappers(Optional.empty(), Optional.empty());
    }

    /** Whether a child becomes the leader of its own session and process group. */
    boolean createsSessions() {
        return setsid.isPresent();
    }

    List<String> wrap(List<String> arguments) {
        var all = new ArrayList<String>();
        setsid.ifPresent(path -> all.add(path.toString()));
        setpriv.ifPresent(path -> all.addAll(List.of(path.toString(), "--pdeathsig", "KILL", "--")));
        all.addAll(arguments);
        return all;
    }

    private static Optional<Path> find(String program) {
        return SYSTEM_DIRECTORIES.stream()
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** False for the {@code setpriv} of BusyBox. */
    private static boolean supportsParentDeathSignal(Path setpriv) {
        try {
            var argument = setpriv.toString();
            var process = new ProcessBuilder(argument, "--pdeathsig", "KILL", "--", argument, "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
