package com.kruxos.cli.shim;

import java.io.IOException;

/** Where the credential for a connection comes from. */
public interface AgentCredentials {
    /** The same for every connection. */
    static AgentCredentials fixed(String key) {
        return new AgentCredentials() {
            @Override
            public AgentCredential next(boolean refused) {
                return AgentCredential.of(key);
            }

            @Override
            public boolean isRenewable() {
                return false;
            }
        };
    }

    /**
     * One that counts now, to be closed by the caller. May ask the appliance; what is no IOException ends the shim.
     *
     * @param refused whether the last one was refused, so that it must not be that one again
     */
    AgentCredential next(boolean refused) throws IOException;

    /** Whether another one may be had when one was refused. */
    boolean isRenewable();
}
