package com.kruxos.server;

import com.kruxos.credential.ResolvedCredentials;
import com.kruxos.process.ProcessLauncher;
import com.kruxos.process.ProcessSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.function.Supplier;

/** Builds the command of a stdio server: working directory, and an environment of only what the server needs. */
final class ChildCommandFactory {
    private ChildCommandFactory() {}

    static ProcessSpec create(
            Server server, ResolvedCredentials.LeasedCredentials leased, ProcessLauncher launch, Path serverHomes) {
        var directories = launch.directoriesFor(serverHomes.resolve(server.id()));
        var environment = new LinkedHashMap<String, String>();
        environment.put("PATH", Objects.requireNonNullElse(System.getenv("PATH"), "/usr/local/bin:/usr/bin:/bin"));
        environment.put("HOME", directories.home().toString());
        environment.put("TMPDIR", directories.temporary().toString());
        environment.put("LANG", "C.UTF-8");
        environment.putAll(server.plainEnv());
        var cwd = server.cwd();
        var secrets = new LinkedHashMap<String, Supplier<byte[]>>();
        leased.leases().forEach((variable, lease) -> secrets.put(variable, lease::value));
        return new ProcessSpec(
                server.command(),
                cwd == null ? directories.home() : Path.of(cwd),
                environment,
                secrets,
                server.offline());
    }
}
