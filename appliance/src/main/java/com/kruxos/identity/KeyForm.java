package com.kruxos.identity;

import java.nio.charset.StandardCharsets;

/** The exact form of each credential. What does not have it is hashed as {@link #NOBODY}, which nobody can hold. */
enum KeyForm {
    AGENT_KEY(64) {
        @Override
        boolean fits(byte[] presented) {
            for (var b : presented) {
                if (!(b >= '0' && b <= '9') && !(b >= 'a' && b <= 'f')) {
                    return false;
                }
            }
            return true;
        }
    },
    USER_TOKEN(OneTimeKey.USER_TOKEN_PREFIX.length() + 43) {
        @Override
        boolean fits(byte[] presented) {
            return prefixed(OneTimeKey.USER_TOKEN_PREFIX, presented);
        }
    },
    TICKET(OneTimeKey.TICKET_PREFIX.length() + 43) {
        @Override
        boolean fits(byte[] presented) {
            return prefixed(OneTimeKey.TICKET_PREFIX, presented);
        }
    },
    INVITATION(OneTimeKey.INVITATION_PREFIX.length() + 43) {
        @Override
        boolean fits(byte[] presented) {
            return prefixed(OneTimeKey.INVITATION_PREFIX, presented);
        }
    },
    SEAT(OneTimeKey.SEAT_PREFIX.length() + 43) {
        @Override
        boolean fits(byte[] presented) {
            return prefixed(OneTimeKey.SEAT_PREFIX, presented);
        }
    };

    /** As long as an agent key, so that hashing it takes as long; zeros, so that it is never one. */
    private static final byte[] NOBODY = new byte[64];

    private final int length;

    KeyForm(int length) {
        this.length = length;
    }

    /** The hash to look up: the presented bytes' own when they have the form, else one that is never found. */
    KeyHash hash(Pepper pepper, byte[] presented) {
        return pepper.hash(isFormOf(presented) ? presented : NOBODY);
    }

    /** Whether this may be one; what is not was never made here. */
    boolean isFormOf(byte[] presented) {
        return presented.length == length && fits(presented);
    }

    /** Whether this cannot be anything but a credential of this form: the forms have different lengths. */
    boolean hasLengthOf(byte[] presented) {
        return presented.length == length;
    }

    /** Whether bytes of the right length are of the right kind. */
    abstract boolean fits(byte[] presented);

    private static boolean prefixed(String text, byte[] presented) {
        var prefix = text.getBytes(StandardCharsets.US_ASCII);
        for (var i = 0; i < presented.length; i++) {
            if (i < prefix.length ? presented[i] != prefix[i] : !base64url(presented[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean base64url(byte b) {
        return (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '-' || b == '_';
    }
}
