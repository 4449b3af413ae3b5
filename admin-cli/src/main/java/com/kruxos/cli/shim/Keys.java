package com.kruxos.cli.shim;

import java.io.IOException;

/** Where the credential for a connection comes from. */
public interface Keys {
    /**
     * One that counts now, to be closed by the caller. May ask the appliance; what is no IOException ends the shim.
     *
     * @param refused whether the last one was refused, so that it must not be that one again
     */
    Key key(boolean refused) throws IOException;

    /** Whether another one may be had when one was refused. */
    boolean canRenew();
}
