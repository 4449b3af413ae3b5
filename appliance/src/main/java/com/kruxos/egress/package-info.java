/**
 * All outbound HTTP and WebSocket connections: which addresses may be connected to, redirects, TLS trust, size and time
 * limits, and credentials in request headers.
 *
 * <p>{@link com.kruxos.egress.EgressClient} holds the Jetty clients, one for the appliance.
 * {@link com.kruxos.egress.HttpRoundTrip} is one HTTP request with its redirects and its response.
 * {@link com.kruxos.egress.AddressPolicy} decides by the resolved address, at the moment of connecting. Nothing in this
 * package knows what the messages mean: MCP connections, OAuth and webhooks use it alike.
 */
@NullMarked
package com.kruxos.egress;

import org.jspecify.annotations.NullMarked;
