package com.kruxos.egress;

import java.io.IOException;

/** The address policy refuses every address of a host. The message is shown to people and ends with a hint. */
final class AddressRefused extends IOException {
    private static final long serialVersionUID = 1L;

    AddressRefused(String reason) {
        super(reason);
    }
}
