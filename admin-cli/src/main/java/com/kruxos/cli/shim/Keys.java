package com.kruxos.cli.shim;

import java.io.IOException;

/** Where the credential for a connection comes from. */
public interface Keys {
    /** The same for every connection. */
    static Keys only(String key) {
        return new Keys() {
            @Override
            public Key key(boolean refused) {
                return Key.of(key);
            }

            @Override
            public boolean canRenew() {
                return false;
            }
        };
    }

    /**
     * One that counts now, to be closed by the caller. May ask the appliance; what is no IOException ends the shim.
     *
     * @param refused whether the last one was refused, so that it must not be that one again
     */
    Key key(boolean refused) throws IOException;

    /** Whether another one may be had when one was refused. */
    boolean canRenew();
}
