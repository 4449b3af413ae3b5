package com.kruxos.transport;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What to start. The child gets the variables named here and one marker of ours, and inherits none.
 *
 * @param arguments the program and its arguments; no shell reads them. A program without a slash is looked up in the
 *     folders of the variable {@code PATH} given here; one with a slash is relative to {@code folder}.
 * @param folder where it starts
 * @param environment variables that everybody may see: PATH, HOME, LANG, TMPDIR and what the server's owner sets
 * @param secrets variables whose values are asked for once, while starting, and not kept. The array stays its owner's:
 *     it is read and not wiped here.
 * @param offline whether it is kept from every network
 */
public record Command(
        List<String> arguments,
        Path folder,
        Map<String, String> environment,
        Map<String, Supplier<byte[]>> secrets,
        boolean offline) {

    public Command {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        secrets = Map.copyOf(secrets);
    }

    /** With whatever network there is. */
    public Command(
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
