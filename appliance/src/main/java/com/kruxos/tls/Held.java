package com.kruxos.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Gives each handshake the pair that counts when it begins, so that a new one needs no restart. A handshake asks three
 * times; the alias says which pair it has begun with. Safe for any thread.
 */
final class Held extends X509ExtendedKeyManager {
    private record Turn(String alias, Pair now, Pair before) {}

    private volatile Turn turn;

    Held(Pair first) {
        turn = new Turn("0", first, first);
    }

    /** From the next handshake on. By one thread at a time. */
    void take(Pair next) {
        var old = turn;
        turn = new Turn(Long.toString(Long.parseLong(old.alias()) + 1), next, old.now());
    }

    Pair now() {
        return turn.now();
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        var chosen = turn;
        return chosen.now().key().getAlgorithm().equals(keyType) ? chosen.alias() : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        var pair = pair(alias);
        return pair == null ? null : pair.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        var pair = pair(alias);
        return pair == null ? null : pair.key();
    }

    /** Absent for a handshake that is two pairs behind; it fails, and its client tries again. */
    private @Nullable Pair pair(@Nullable String alias) {
        var chosen = turn;
        if (chosen.alias().equals(alias)) {
            return chosen.now();
        }
        var before = Long.toString(Long.parseLong(chosen.alias()) - 1);
        return before.equals(alias) ? chosen.before() : null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        var alias = chooseEngineServerAlias(keyType, issuers, null);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
