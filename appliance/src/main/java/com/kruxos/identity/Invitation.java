package com.kruxos.identity;

import java.time.Instant;

/** An operator with the code by which they choose a passphrase once. Close it after the code is shown. */
public final class Invitation implements AutoCloseable {
    private final Operator operator;
    private final NewCredential code;
    private final Instant expires;

    Invitation(Operator operator, NewCredential code, Instant expires) {
        this.operator = operator;
        this.code = code;
        this.expires = expires;
    }

    public Operator operator() {
        return operator;
    }

    public NewCredential code() {
        return code;
    }

    /** The first instant at which it is not valid. A restart of the appliance ends it, too. */
    public Instant expires() {
        return expires;
    }

    @Override
    public void close() {
        code.close();
    }

    @Override
    public String toString() {
        return "Invitation[" + operator.id() + "]";
    }
}
