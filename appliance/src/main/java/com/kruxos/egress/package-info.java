/** All outbound HTTP and WebSocket connections: address policy, redirects, trusted certificates, credential headers. */
@NullMarked
package com.kruxos.egress;

import org.jspecify.annotations.NullMarked;
