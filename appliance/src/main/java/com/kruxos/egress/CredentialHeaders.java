package com.kruxos.egress;

/** Supplies the request headers that authenticate the appliance to a server. */
@FunctionalInterface
public interface CredentialHeaders {
    /** For servers that need no credential. */
    CredentialHeaders NONE = () -> HeaderLease.EMPTY;

    /**
     * Called once per HTTP request, redirects included, and once per WebSocket upgrade. The caller closes the lease
     * when the response is complete or will not arrive. Called on any thread; must not block for long.
     *
     * @throws CannotConnect when a credential is missing; the request then fails with this message and is not sent
     */
    HeaderLease lease();
}
