package com.kruxos.os;

/** The signals that we send. Their numbers are the same on all our platforms. */
public enum ProcessSignal {
    /** Asks a process to exit; it may ignore this. */
    SIGTERM(15),
    SIGKILL(9);

    private final int number;

    ProcessSignal(int number) {
        this.number = number;
    }

    /** Signals one process. False when it does not exist or we lack the permission. */
    public boolean send(long process) {
        return kill(process, Math.toIntExact(process));
    }

    /** Signals all processes of a group, given its leader. False when the group is empty or we lack the permission. */
    public boolean sendGroup(long leader) {
        return kill(leader, -Math.toIntExact(leader));
    }

    /** For kill(2), 0 is our own group, −1 every process and 1 init; none of these is ever a target of ours. */
    private boolean kill(long process, int target) {
        return process > 1 && CLibrary.kill(target, number) == 0;
    }
}
