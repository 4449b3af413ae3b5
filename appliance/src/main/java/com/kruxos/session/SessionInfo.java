package com.kruxos.session;

/**
 * A session as it is shown.
 *
 * @param requestCount requests since it was opened
 * @param inFlight requests without an answer yet
 */
public record SessionInfo(
        String id, ConnectionInfo connectionInfo, String clientInfo, long requestCount, int inFlight) {}
