package com.kruxos.systemd;

import java.nio.file.Path;

/** A machine of its own that is up, with this build's package installed. */
record BootedMachine(DebianPackage made, TestMachine machine, InstalledService service) implements AutoCloseable {
    static BootedMachine in(Path folder) throws Exception {
        var tree = TestMachine.ofItsOwn(folder);
        var made = DebianPackage.make(folder);
        InstalledService.lay(made, tree);
        var machine = TestMachine.boot(tree);
        try {
            return new BootedMachine(made, machine, InstalledService.install(machine));
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
