/** The appliance's own certificate: makes it, loads it, renews it; and whom else to trust when we are the client. */
@NullMarked
package com.kruxos.tls;

import org.jspecify.annotations.NullMarked;
