package com.kruxos.os;

/** A signal we send. The numbers are the same on every system we run on. */
public enum ProcessSignal {
    /** Please end. */
    SIGTERM(15),
    /** End; cannot be refused. */
    SIGKILL(9);

    private final int number;

    ProcessSignal(int number) {
        this.number = number;
    }

    /** Sends it to one process. False when there is no such process or it is not ours to signal. */
    public boolean send(long process) {
        return kill(process, Math.toIntExact(process));
    }

    /** Sends it to every process of a group, named by its leader's id. False when the group is empty or not ours. */
    public boolean sendGroup(long leader) {
        return kill(leader, -Math.toIntExact(leader));
    }

    /** To kill(2), 0 and −1 mean "my own group" and "everybody", and 1 is init: those we never mean. */
    private boolean kill(long process, int target) {
        return process > 1 && CLibrary.kill(target, number) == 0;
    }
}
