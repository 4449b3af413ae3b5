package com.kruxos.identity;

import java.time.Instant;

/** An operator, and a code that lets them choose a passphrase once. Close it once it is shown. */
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

    /** From this moment on it opens nothing; nor after the next start of the appliance. */
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
