package com.kruxos.egress;

import java.io.IOException;

/** A place we do not connect to. Its text is for a person and says what can be done. */
final class AddressRefused extends IOException {
    private static final long serialVersionUID = 1L;

    AddressRefused(String why) {
        super(why);
    }
}
