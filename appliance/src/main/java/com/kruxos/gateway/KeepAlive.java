package com.kruxos.gateway;

import java.time.Duration;

/**
 * How long a connection is silent before something goes out on it, so that whatever stands between us and the agent
 * does not take it for dead; most such things wait a minute.
 *
 * @param comment on a stream of events
 * @param ping on a WebSocket
 */
record KeepAlive(Duration comment, Duration ping) {
    static final KeepAlive STANDARD = new KeepAlive(Duration.ofSeconds(20), Duration.ofSeconds(30));
}
