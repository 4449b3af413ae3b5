package com.kruxos.process;

import com.kruxos.os.ProcessFinder;

/** Processes that an earlier, killed run of this installation left behind. */
public final class OrphanProcesses {
    private OrphanProcesses() {}

    /**
     * Kills them and returns how many there were. Call it at boot while holding the home's lock and before the first
     * child starts: children of a running appliance look the same. Finds nothing on systems without {@code /proc}.
     */
    public static int killAll(String installationId) {
        var entry = new ChildMarker(installationId, "").environmentEntry();
        return new ProcessTreeReaper(() -> ProcessFinder.findByEnvironment(entry)).kill();
    }
}
