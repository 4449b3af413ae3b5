package com.kruxos.gateway;

import com.kruxos.rpc.MessageLimits;
import com.kruxos.session.Caller;
import java.util.function.Function;

/**
 * What all WebSockets of agents share.
 *
 * @param messageLimits the limits of one agent's messages
 */
record WebSocketSettings(
        McpService service, Function<Caller, MessageLimits> messageLimits, SendBufferLimit sendBufferLimit) {}
