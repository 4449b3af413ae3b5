package com.kruxos.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The appliance's data folder, as far as a client needs it: where its admin socket is. */
record CliHome(Path directory) {
    private static final long MAX_PATH_FILE_BYTES = 4096;

    /** {@code --home}, else KRUXOS_HOME, else ~/.kruxos. */
    static CliHome locate(ProcessContext world, @Nullable String option) {
        var named = option != null ? option : world.variable("KRUXOS_HOME");
        if (named != null) {
            return new CliHome(Path.of(named).toAbsolutePath());
        }
        // Not the JVM's user.home: for root it ignores $HOME.
        var person = world.variable("HOME");
        if (person == null) {
            throw CommandFailure.usage("HOME is not set", "name the appliance's home with --home DIR or KRUXOS_HOME");
        }
        return new CliHome(Path.of(person, ".kruxos"));
    }

    /** What the gateway of this home shows. */
    Path certificateFile() {
        return directory.resolve("tls").resolve("certificate.pem");
    }

    /** A socket's path has a length limit, so a deep home records a shorter one. */
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
