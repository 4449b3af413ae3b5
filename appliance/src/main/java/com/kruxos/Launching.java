package com.kruxos;

import com.kruxos.config.Config;
import com.kruxos.transport.CannotStart;
import com.kruxos.transport.Launch;
import java.nio.file.Files;
import java.nio.file.Path;

/** Chooses how the programs of MCP servers are started. Never less than what the owner asked for. */
final class Launching {
    private static final Path FOLDER = Path.of("/run/kruxos");

    private Launching() {}

    static Launch choose(Config.Children wanted, String installation) {
        return choose(wanted, installation, FOLDER);
    }

    /**
     * Units where their socket is there and ours to use.
     *
     * @throws CannotStart when what was asked for is not to be had
     */
    static Launch choose(Config.Children wanted, String installation, Path folder) {
        var offline = folder.resolve("child-offline.sock");
        var socket = wanted.network() ? folder.resolve("child.sock") : offline;
        var there = Files.isWritable(socket);
        return switch (wanted.launch()) {
            case PLAIN -> Launch.plain(installation);
            case UNITS -> {
                if (!there) {
                    throw missing(socket, "children.launch asks for units");
                }
                yield Launch.units(socket, offline);
            }
            case AUTO -> {
                if (!there && !wanted.network()) {
                    throw missing(socket, "children.network forbids a network");
                }
                yield there ? Launch.units(socket, offline) : Launch.plain(installation);
            }
        };
    }

    private static CannotStart missing(Path socket, String why) {
        return new CannotStart(
                why + " in kruxos.yaml, but there is no socket for us at " + socket,
                "install KruxOS as a service, or change the setting");
    }
}
