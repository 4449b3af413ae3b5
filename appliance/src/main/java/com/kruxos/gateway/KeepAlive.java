package com.kruxos.gateway;

import java.time.Duration;

/**
 * How long a connection is silent before something goes out on it, so that whatever stands between us and the agent
 * does not take it for dead; most such things wait a minute.
 *
 * @param commentInterval on a stream of events
 * @param pingInterval on a WebSocket
 */
record KeepAlive(Duration commentInterval, Duration pingInterval) {
    static final KeepAlive DEFAULT = new KeepAlive(Duration.ofSeconds(20), Duration.ofSeconds(30));
}
