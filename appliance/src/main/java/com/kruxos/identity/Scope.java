package com.kruxos.identity;

import java.util.Arrays;
import java.util.Optional;

/** What a user token permits. */
public enum Scope {
    /** Read everything except the values of secrets. */
    READ("read"),
    /** Pause and resume agents, issue and revoke their tickets, enable and disable servers. */
    OPERATE("operate"),
    /** The values of secrets. */
    SECRETS_READ("secrets:read"),
    /** Everything. */
    ADMIN("admin");

    private final String text;

    Scope(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    public static Optional<Scope> of(String text) {
        return Arrays.stream(values()).filter(scope -> scope.text.equals(text)).findFirst();
    }
}
