package com.kruxos.identity;

import java.nio.charset.StandardCharsets;

/**
 * The exact format of each kind of credential. Input in another format is hashed as {@link #NEVER_ISSUED}, which no
 * credential equals.
 */
enum CredentialFormat {
    AGENT_KEY(64) {
        @Override
        boolean hasValidCharacters(byte[] presented) {
            for (var b : presented) {
                if (!(b >= '0' && b <= '9') && !(b >= 'a' && b <= 'f')) {
                    return false;
                }
            }
            return true;
        }
    },
    USER_TOKEN(NewCredential.USER_TOKEN_PREFIX.length() + 43) {
        @Override
        boolean hasValidCharacters(byte[] presented) {
            return isPrefixedBase64Url(NewCredential.USER_TOKEN_PREFIX, presented);
        }
    },
    TICKET(NewCredential.TICKET_PREFIX.length() + 43) {
        @Override
        boolean hasValidCharacters(byte[] presented) {
            return isPrefixedBase64Url(NewCredential.TICKET_PREFIX, presented);
        }
    },
    INVITATION(NewCredential.INVITATION_PREFIX.length() + 43) {
        @Override
        boolean hasValidCharacters(byte[] presented) {
            return isPrefixedBase64Url(NewCredential.INVITATION_PREFIX, presented);
        }
    },
    OPERATOR_SESSION(NewCredential.OPERATOR_SESSION_PREFIX.length() + 43) {
        @Override
        boolean hasValidCharacters(byte[] presented) {
            return isPrefixedBase64Url(NewCredential.OPERATOR_SESSION_PREFIX, presented);
        }
    };

    /** As long as an agent key, so that hashing takes as long; zeros, so that it never is one. */
    private static final byte[] NEVER_ISSUED = new byte[64];

    private final int length;

    CredentialFormat(int length) {
        this.length = length;
    }

    /** The hash to look up: of the presented bytes when they have this format, else one that is never found. */
    CredentialHash hash(Pepper pepper, byte[] presented) {
        return pepper.hash(matches(presented) ? presented : NEVER_ISSUED);
    }

    /** Whether this has the format. */
    boolean matches(byte[] presented) {
        return presented.length == length && hasValidCharacters(presented);
    }

    /** Whether this has the length of this format; every format has a different length. */
    boolean hasLength(byte[] presented) {
        return presented.length == length;
    }

    /** Whether bytes of the right length contain only valid characters. */
    abstract boolean hasValidCharacters(byte[] presented);

    private static boolean isPrefixedBase64Url(String text, byte[] presented) {
        var prefix = text.getBytes(StandardCharsets.US_ASCII);
        for (var i = 0; i < presented.length; i++) {
            if (i < prefix.length ? presented[i] != prefix[i] : !isBase64Url(presented[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBase64Url(byte b) {
        return (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '-' || b == '_';
    }
}
