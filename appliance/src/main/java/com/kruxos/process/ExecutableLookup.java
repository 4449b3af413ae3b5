package com.kruxos.process;

import com.kruxos.egress.CannotConnect;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;

/** Finds the file that a command means, so that what is wrong can be said before a process is made. */
final class ExecutableLookup {
    private ExecutableLookup() {}

    /** The absolute path. Links stay as they are: many programs look at the name they were called by. */
    static Path find(ProcessSpec command) {
        if (!Files.isDirectory(command.workingDirectory())) {
            throw new CannotConnect(
                    "the folder " + command.workingDirectory() + " does not exist",
                    "make the folder, or give another --cwd");
        }
        if (command.arguments().isEmpty() || command.program().isBlank()) {
            throw new CannotConnect("the command is empty", "name a program");
        }
        try {
            return command.program().contains("/") ? resolvePath(command) : searchPath(command);
        } catch (InvalidPathException e) {
            throw new CannotConnect("the command is not a file name", "name a program", e);
        }
    }

    private static Path resolvePath(ProcessSpec command) {
        var path = command.workingDirectory().toAbsolutePath().resolve(command.program());
        if (!Files.isRegularFile(path)) {
            throw new CannotConnect(path + " does not exist", "check the path, or install the program");
        }
        if (!Files.isExecutable(path)) {
            throw new CannotConnect(path + " is not executable", "chmod +x " + path);
        }
        return path;
    }

    private static Path searchPath(ProcessSpec command) {
        var path = command.environment().getOrDefault("PATH", "");
        var blocked = new ArrayList<Path>();
        for (var entry : path.split(":", -1)) {
            // A relative folder would mean whatever folder we happen to run in.
            if (entry.startsWith("/")) {
                var file = Path.of(entry, command.program());
                if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                    return file;
                }
                if (Files.isRegularFile(file)) {
                    blocked.add(file);
                }
            }
        }
        if (!blocked.isEmpty()) {
            throw new CannotConnect(blocked.getFirst() + " is not executable", "chmod +x " + blocked.getFirst());
        }
        throw new CannotConnect(
                command.program() + " is in none of the folders of PATH (" + path + ")",
                "install it, give its full path, or set PATH for this server");
    }
}
