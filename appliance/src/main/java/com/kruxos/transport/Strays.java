package com.kruxos.transport;

import com.kruxos.host.Processes;

/** Processes that an earlier, killed instance of this installation left behind. */
public final class Strays {
    private Strays() {}

    /**
     * Kills them all and says how many there were. To be called at boot by the one instance that holds the home's lock,
     * before it starts a child: it cannot tell the children of a living instance from those of a dead one. Finds
     * nothing on systems without /proc.
     */
    public static int sweep(String home) {
        var entry = new Marker(home, "").entry();
        return new Remains(() -> Processes.startedWith(entry)).kill();
    }
}
