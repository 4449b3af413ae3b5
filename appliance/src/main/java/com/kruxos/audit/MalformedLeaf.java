package com.kruxos.audit;

/**
 * Bytes that violate the specification of a leaf; the message says where or why. An expected answer, so it has no stack
 * trace.
 */
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
