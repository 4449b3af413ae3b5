package com.kruxos;

import com.kruxos.config.Config;
import com.kruxos.process.CannotStart;
import com.kruxos.process.ProcessLauncher;
import java.nio.file.Files;
import java.nio.file.Path;

/** Selects how programs of MCP servers start. The isolation is never weaker than configured. */
final class LauncherSelector {
    private static final Path FOLDER = Path.of("/run/kruxos");

    private LauncherSelector() {}

    static ProcessLauncher select(Config.ChildProcessConfig children, String installation) {
        return select(children, installation, FOLDER);
    }

    /**
     * Uses systemd units if their socket is writable.
     *
     * @throws CannotStart if the configured isolation is not available
     */
    static ProcessLauncher select(Config.ChildProcessConfig children, String installation, Path folder) {
        var offline = folder.resolve("child-offline.sock");
        var socket = children.network() ? folder.resolve("child.sock") : offline;
        var available = Files.isWritable(socket);
        return switch (children.launch()) {
            case PLAIN -> ProcessLauncher.direct(installation);
            case UNITS -> {
                if (!available) {
                    throw missing(socket, "children.launch: units is set");
                }
                yield ProcessLauncher.systemd(socket, offline);
            }
            case AUTO -> {
                if (!available && !children.network()) {
                    throw missing(socket, "children.network: false is set");
                }
                yield available ? ProcessLauncher.systemd(socket, offline) : ProcessLauncher.direct(installation);
            }
        };
    }

    private static CannotStart missing(Path socket, String why) {
        return new CannotStart(
                why + " in kruxos.yaml, but there is no writable socket at " + socket,
                "install KruxOS as a service, or change the setting");
    }
}
