package com.kruxos.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A process to start. It gets the variables named here and one marker of ours, and inherits none.
 *
 * @param arguments the program and its arguments; no shell interprets them. A program name without a slash is looked up
 *     in the {@code PATH} given here; one with a slash is relative to {@code workingDirectory}.
 * @param environment public variables: PATH, HOME, LANG, TMPDIR and those configured for the server
 * @param secretEnvironment variables whose values are requested once, at the start, and not kept. The arrays still
 *     belong to their owner and are not wiped here.
 * @param offline whether the process must have no network
 */
public record ProcessSpec(
        List<String> arguments,
        Path workingDirectory,
        Map<String, String> environment,
        Map<String, Supplier<byte[]>> secretEnvironment,
        boolean offline) {
    public ProcessSpec {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        secretEnvironment = Map.copyOf(secretEnvironment);
    }

    /** With network. */
    public ProcessSpec(
            List<String> arguments,
            Path workingDirectory,
            Map<String, String> environment,
            Map<String, Supplier<byte[]>> secretEnvironment) {
        this(arguments, workingDirectory, environment, secretEnvironment, false);
    }

    /** @throws CannotStart when no program is named */
    String program() {
        if (arguments.isEmpty() || arguments.getFirst().isBlank()) {
            throw new CannotStart("the command is empty", "name a program");
        }
        return arguments.getFirst();
    }
}
