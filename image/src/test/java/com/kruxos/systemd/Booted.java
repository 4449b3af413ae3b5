package com.kruxos.systemd;

import java.nio.file.Path;

/** A machine of its own that is up, with this build's package installed. */
record Booted(DebianPackage made, Machine machine, Service service) implements AutoCloseable {
    static Booted in(Path folder) throws Exception {
        var tree = Machine.ofItsOwn(folder);
        var made = DebianPackage.make(folder);
        Service.lay(made, tree);
        var machine = Machine.boot(tree);
        try {
            return new Booted(made, machine, Service.install(machine));
        } catch (Exception | AssertionError e) {
            machine.close();
            throw e;
        }
    }

    @Override
    public void close() {
        machine.close();
    }
}
