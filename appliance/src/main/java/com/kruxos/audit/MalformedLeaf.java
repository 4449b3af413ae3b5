package com.kruxos.audit;

/** Bytes are not what the specification allows; the message says where or why. An answer, so it carries no trace. */
final class MalformedLeaf extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    MalformedLeaf(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
