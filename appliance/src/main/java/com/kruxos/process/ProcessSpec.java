package com.kruxos.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What to start. The child gets the variables named here and one marker of ours, and inherits none.
 *
 * @param arguments the program and its arguments; no shell reads them. A program without a slash is looked up in the
 *     folders of the variable {@code PATH} given here; one with a slash is relative to {@code folder}.
 * @param workingDirectory where it starts
 * @param environment variables that everybody may see: PATH, HOME, LANG, TMPDIR and what the server's owner sets
 * @param secretEnvironment variables whose values are asked for once, while starting, and not kept. The array stays its
 *     owner's: it is read and not wiped here.
 * @param offline whether it is kept from every network
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

    /** With whatever network there is. */
    public ProcessSpec(
            List<String> arguments,
            Path folder,
            Map<String, String> environment,
            Map<String, Supplier<byte[]>> secrets) {
        this(arguments, folder, environment, secrets, false);
    }

    String program() {
        return arguments.getFirst();
    }
}
