package com.kruxos.egress;

/** Where the headers come from that show a server who we are. */
@FunctionalInterface
public interface CredentialHeaders {
    /** For servers that want none. */
    CredentialHeaders NONE = () -> HeaderLease.EMPTY;

    /**
     * Asked once for each request, for a WebSocket once for its upgrade. What it gives is closed when the answer is
     * complete, or will not come. Called on any thread, and must not wait long.
     *
     * @throws CannotConnect when there is nothing to lend; the request then fails with its text, and was not sent
     */
    HeaderLease lease();
}
