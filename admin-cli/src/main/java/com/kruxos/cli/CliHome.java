package com.kruxos.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The appliance's home directory, as far as a client needs it. */
record CliHome(Path directory) {
    private static final long MAX_PATH_FILE_BYTES = 4096;

    /** {@code --home}, otherwise KRUXOS_HOME, otherwise ~/.kruxos. */
    static CliHome locate(ProcessContext world, @Nullable String option) {
        var named = option != null ? option : world.variable("KRUXOS_HOME");
        if (named != null) {
            return new CliHome(Path.of(named).toAbsolutePath());
        }
        // The JVM's user.home ignores $HOME for root.
        var person = world.variable("HOME");
        if (person == null) {
            throw CommandFailure.usage("HOME is not set", "give the home directory with --home DIR or KRUXOS_HOME");
        }
        return new CliHome(Path.of(person, ".kruxos"));
    }

    /** The certificate of the gateway of this home. */
    Path certificateFile() {
        return directory.resolve("tls").resolve("certificate.pem");
    }

    /** Socket paths have a length limit, so a home with a long path records a shorter one in a file. */
    Path adminSocket() {
        var usual = directory.resolve("run").resolve("admin.sock");
        var elsewhere = directory.resolve("run").resolve("admin.sock.path");
        if (Files.exists(usual) || !Files.isRegularFile(elsewhere)) {
            return usual;
        }
        try {
            if (Files.size(elsewhere) > MAX_PATH_FILE_BYTES) {
                return usual;
            }
            return Path.of(Files.readString(elsewhere).strip());
        } catch (IOException e) {
            return usual;
        }
    }
}
