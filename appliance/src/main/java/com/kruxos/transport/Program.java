package com.kruxos.transport;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;

/** Finds the file that a command means, so that what is wrong can be said before a process is made. */
final class Program {
    private Program() {}

    /** The absolute path. Links stay as they are: many programs look at the name they were called by. */
    static Path find(Command command) {
        if (!Files.isDirectory(command.folder())) {
            throw new CannotStart(
                    "the folder " + command.folder() + " does not exist", "make the folder, or give another --cwd");
        }
        if (command.arguments().isEmpty() || command.program().isBlank()) {
            throw new CannotStart("the command is empty", "name a program");
        }
        try {
            return command.program().contains("/") ? named(command) : searched(command);
        } catch (InvalidPathException e) {
            throw new CannotStart("the command is not a file name", "name a program", e);
        }
    }

    private static Path named(Command command) {
        var path = command.folder().toAbsolutePath().resolve(command.program());
        if (!Files.isRegularFile(path)) {
            throw new CannotStart(path + " does not exist", "check the path, or install the program");
        }
        if (!Files.isExecutable(path)) {
            throw new CannotStart(path + " is not executable", "chmod +x " + path);
        }
        return path;
    }

    private static Path searched(Command command) {
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
            throw new CannotStart(blocked.getFirst() + " is not executable", "chmod +x " + blocked.getFirst());
        }
        throw new CannotStart(
                command.program() + " is in none of the folders of PATH (" + path + ")",
                "install it, give its full path, or set PATH for this server");
    }
}
