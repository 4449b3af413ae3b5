package com.kruxos.identity;

/** A new user token with its secret. Close it after the secret is shown. */
public final class IssuedToken implements AutoCloseable {
    private final UserToken token;
    private final NewCredential secret;

    IssuedToken(UserToken token, NewCredential secret) {
        this.token = token;
        this.secret = secret;
    }

    public UserToken token() {
        return token;
    }

    public NewCredential secret() {
        return secret;
    }

    @Override
    public void close() {
        secret.close();
    }

    @Override
    public String toString() {
        return "IssuedToken[" + token.id() + "]";
    }
}
