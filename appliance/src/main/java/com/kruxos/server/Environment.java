package com.kruxos.server;

import com.kruxos.credential.Lent;
import com.kruxos.transport.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.function.Supplier;

/** The little world a server's process wakes up in: a folder of its own and no variable it was not given. */
final class Environment {
    private Environment() {}

    static Command command(Server server, Lent.Ready lent, Path homes) {
        var home = folder(homes.resolve(server.id()));
        var plain = new LinkedHashMap<String, String>();
        plain.put("PATH", Objects.requireNonNullElse(System.getenv("PATH"), "/usr/local/bin:/usr/bin:/bin"));
        plain.put("HOME", home.toString());
        plain.put("TMPDIR", folder(home.resolve("tmp")).toString());
        plain.put("LANG", "C.UTF-8");
        plain.putAll(server.plainEnv());
        var cwd = server.cwd();
        var secrets = new LinkedHashMap<String, Supplier<byte[]>>();
        lent.environment().forEach((variable, lease) -> secrets.put(variable, lease::value));
        return new Command(server.command(), cwd == null ? home : Path.of(cwd), plain, secrets);
    }

    private static Path folder(Path folder) {
        try {
            return Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
