package com.kruxos.session;

/**
 * A session as it is shown.
 *
 * @param calls requests since it was opened
 * @param inFlight requests without an answer yet
 */
public record SessionInfo(String id, Opening opening, String client, long calls, int inFlight) {}
