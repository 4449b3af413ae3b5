package com.kruxos.server;

import com.kruxos.credential.Lent;
import com.kruxos.transport.Command;
import com.kruxos.transport.Launch;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.function.Supplier;

/** The little world a server's process wakes up in: a folder of its own and no variable it was not given. */
final class Environment {
    private Environment() {}

    static Command command(Server server, Lent.Ready lent, Launch launch, Path homes) {
        var own = launch.folders(homes.resolve(server.id()));
        var plain = new LinkedHashMap<String, String>();
        plain.put("PATH", Objects.requireNonNullElse(System.getenv("PATH"), "/usr/local/bin:/usr/bin:/bin"));
        plain.put("HOME", own.home().toString());
        plain.put("TMPDIR", own.temporary().toString());
        plain.put("LANG", "C.UTF-8");
        plain.putAll(server.plainEnv());
        var cwd = server.cwd();
        var secrets = new LinkedHashMap<String, Supplier<byte[]>>();
        lent.environment().forEach((variable, lease) -> secrets.put(variable, lease::value));
        return new Command(server.command(), cwd == null ? own.home() : Path.of(cwd), plain, secrets, server.offline());
    }
}
