package com.kruxos.session;

import java.time.Instant;

/**
 * A snapshot of a session.
 *
 * @param requestCount requests since it was opened
 * @param inFlight requests that have no response yet
 */
public record SessionInfo(String id, Caller caller, Instant startedAt, long requestCount, int inFlight) {}
