package com.kruxos.server;

import com.kruxos.credential.ResolvedCredentials;
import com.kruxos.process.ProcessLauncher;
import com.kruxos.process.ProcessSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.function.Supplier;

/** The little world a server's process wakes up in: a folder of its own and no variable it was not given. */
final class ChildCommandFactory {
    private ChildCommandFactory() {}

    static ProcessSpec create(
            Server server, ResolvedCredentials.LeasedCredentials lent, ProcessLauncher launch, Path homes) {
        var own = launch.directoriesFor(homes.resolve(server.id()));
        var plain = new LinkedHashMap<String, String>();
        plain.put("PATH", Objects.requireNonNullElse(System.getenv("PATH"), "/usr/local/bin:/usr/bin:/bin"));
        plain.put("HOME", own.home().toString());
        plain.put("TMPDIR", own.temporary().toString());
        plain.put("LANG", "C.UTF-8");
        plain.putAll(server.plainEnv());
        var cwd = server.cwd();
        var secrets = new LinkedHashMap<String, Supplier<byte[]>>();
        lent.leases().forEach((variable, lease) -> secrets.put(variable, lease::value));
        return new ProcessSpec(
                server.command(), cwd == null ? own.home() : Path.of(cwd), plain, secrets, server.offline());
    }
}
