package com.kruxos.cli.shim;

import java.io.IOException;

/** Supplies the credential for each connection. */
public interface AgentCredentials {
    /** The same key for every connection. */
    static AgentCredentials fixed(String key) {
        return new AgentCredentials() {
            @Override
            public ShimCredential next(boolean refused) {
                return ShimCredential.of(key);
            }

            @Override
            public boolean isRenewable() {
                return false;
            }
        };
    }

    /**
     * A currently valid credential, which the caller closes. May call the API. Only an IOException is retried.
     *
     * @param refused whether the last one was rejected, so that a new one is needed
     */
    ShimCredential next(boolean refused) throws IOException;

    /** Whether a new credential can be obtained after a rejection. */
    boolean isRenewable();
}
