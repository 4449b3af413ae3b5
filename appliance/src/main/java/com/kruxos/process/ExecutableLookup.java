package com.kruxos.process;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;

/** Finds the program of a spec before a process is created, so that the error names what is wrong. */
final class ExecutableLookup {
    private ExecutableLookup() {}

    /** The absolute path. Symbolic links are not resolved: some programs depend on the name they are called by. */
    static Path find(ProcessSpec spec) {
        if (!Files.isDirectory(spec.workingDirectory())) {
            throw new CannotStart(
                    "the directory " + spec.workingDirectory() + " does not exist",
                    "create the directory, or set another one with --cwd");
        }
        try {
            return spec.program().contains("/") ? resolvePath(spec) : searchPath(spec);
        } catch (InvalidPathException e) {
            throw new CannotStart("the command is not a file name", "name a program", e);
        }
    }

    private static Path resolvePath(ProcessSpec spec) {
        var path = spec.workingDirectory().toAbsolutePath().resolve(spec.program());
        if (!Files.isRegularFile(path)) {
            throw new CannotStart(path + " does not exist", "check the path, or install the program");
        }
        if (!Files.isExecutable(path)) {
            throw notExecutable(path);
        }
        return path;
    }

    private static Path searchPath(ProcessSpec spec) {
        var path = spec.environment().getOrDefault("PATH", "");
        var notExecutable = new ArrayList<Path>();
        for (var entry : path.split(":", -1)) {
            // A relative entry would depend on the appliance's own working directory.
            if (entry.startsWith("/")) {
                var file = Path.of(entry, spec.program());
                if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                    return file;
                }
                if (Files.isRegularFile(file)) {
                    notExecutable.add(file);
                }
            }
        }
        if (!notExecutable.isEmpty()) {
            throw notExecutable(notExecutable.getFirst());
        }
        throw new CannotStart(
                spec.program() + " is in none of the directories of PATH (" + path + ")",
                "install it, give its full path, or set PATH for this server");
    }

    private static CannotStart notExecutable(Path file) {
        return new CannotStart(file + " is not executable", "chmod +x " + file);
    }
}
