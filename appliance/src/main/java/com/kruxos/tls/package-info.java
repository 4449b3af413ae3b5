/** The appliance's own certificate: creates, loads and renews it. Also the trust anchors for outbound connections. */
@NullMarked
package com.kruxos.tls;

import org.jspecify.annotations.NullMarked;
