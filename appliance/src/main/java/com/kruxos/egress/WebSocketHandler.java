package com.kruxos.egress;

import java.time.Duration;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.FrameHandler;

/** Receives the frames of one outbound WebSocket. It counts the bytes of a message itself: Jetty sets no limit. */
public interface WebSocketHandler extends FrameHandler {
    int INPUT_BUFFER_BYTES = 16 << 10;

    String subprotocol();

    default Configuration.ConfigurationCustomizer configuration() {
        var configuration = new Configuration.ConfigurationCustomizer();
        configuration.setIdleTimeout(Duration.ZERO);
        configuration.setMaxFrameSize(0);
        configuration.setAutoFragment(true);
        configuration.setInputBufferSize(INPUT_BUFFER_BYTES);
        return configuration;
    }
}
