package com.kruxos.process;

import com.kruxos.os.ProcessFinder;

/** Processes that an earlier, killed instance of this installation left behind. */
public final class OrphanProcesses {
    private OrphanProcesses() {}

    /**
     * Kills them all and says how many there were. To be called at boot by the one instance that holds the home's lock,
     * before it starts a child: it cannot tell the children of a living instance from those of a dead one. Finds
     * nothing on systems without /proc.
     */
    public static int killAll(String home) {
        var entry = new ChildMarker(home, "").environmentEntry();
        return new ProcessTreeReaper(() -> ProcessFinder.findByEnvironment(entry)).kill();
    }
}
