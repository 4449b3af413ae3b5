package com.kruxos.server;

import com.kruxos.rpc.MessageLimits;
import java.time.Duration;

/**
 * Limits for every server.
 *
 * @param idleTimeout how long a server may send nothing about a call before the call fails
 * @param maxDuration how long a call may take in all
 * @param messageLimits limits for the messages that servers send
 * @param clientVersion our version in {@code clientInfo}
 */
public record ServerLimits(
        Duration idleTimeout, Duration maxDuration, MessageLimits messageLimits, String clientVersion) {}
