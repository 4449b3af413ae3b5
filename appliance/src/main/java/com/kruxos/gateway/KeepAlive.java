package com.kruxos.gateway;

import java.time.Duration;

/**
 * How long a connection may be silent before something is sent on it. Proxies close silent connections, most of them
 * after a minute.
 *
 * @param commentInterval on an event stream
 * @param pingInterval on a WebSocket
 */
record KeepAlive(Duration commentInterval, Duration pingInterval) {
    static final KeepAlive DEFAULT = new KeepAlive(Duration.ofSeconds(20), Duration.ofSeconds(30));
}
