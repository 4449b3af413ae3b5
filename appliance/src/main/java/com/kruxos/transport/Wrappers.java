package com.kruxos.transport;

import com.kruxos.host.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The small programs of the system that prepare a child and then become it, so that its process id and exit status stay
 * its own. Looked for in the system's folders only, never in anybody's PATH.
 */
final class Wrappers {
    private static final List<String> FOLDERS = List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin");

    private final Optional<Path> setsid;
    private final Optional<Path> setpriv;

    private Wrappers(Optional<Path> setsid, Optional<Path> setpriv) {
        this.setsid = setsid;
        this.setpriv = setpriv;
    }

    static Wrappers find() {
        if (!Host.linux()) {
            return none();
        }
        return new Wrappers(find("setsid"), find("setpriv").filter(Wrappers::knowsParentDeath));
    }

    static Wrappers none() {
        return new Wrappers(Optional.empty(), Optional.empty());
    }

    /** Whether a child becomes the leader of its own session and process group. */
    boolean makeSessions() {
        return setsid.isPresent();
    }

    List<String> around(List<String> arguments) {
        var all = new ArrayList<String>();
        setsid.ifPresent(path -> all.add(path.toString()));
        setpriv.ifPresent(path -> all.addAll(List.of(path.toString(), "--pdeathsig", "KILL", "--")));
        all.addAll(arguments);
        return all;
    }

    private static Optional<Path> find(String program) {
        return FOLDERS.stream()
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The one of busybox does not. */
    private static boolean knowsParentDeath(Path setpriv) {
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
