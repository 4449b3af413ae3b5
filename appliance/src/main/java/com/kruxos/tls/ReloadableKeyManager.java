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
final class ReloadableKeyManager extends X509ExtendedKeyManager {
    private record KeyGeneration(String alias, CertifiedKey current, CertifiedKey previous) {}

    private volatile KeyGeneration generation;

    ReloadableKeyManager(CertifiedKey first) {
        generation = new KeyGeneration("0", first, first);
    }

    /** From the next handshake on. By one thread at a time. */
    void replace(CertifiedKey next) {
        var old = generation;
        generation = new KeyGeneration(Long.toString(Long.parseLong(old.alias()) + 1), next, old.current());
    }

    CertifiedKey current() {
        return generation.current();
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        var chosen = generation;
        return chosen.current().key().getAlgorithm().equals(keyType) ? chosen.alias() : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        var pair = find(alias);
        return pair == null ? null : pair.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        var pair = find(alias);
        return pair == null ? null : pair.key();
    }

    /** Absent for a handshake that is two pairs behind; it fails, and its client tries again. */
    private @Nullable CertifiedKey find(@Nullable String alias) {
        var chosen = generation;
        if (chosen.alias().equals(alias)) {
            return chosen.current();
        }
        var before = Long.toString(Long.parseLong(chosen.alias()) - 1);
        return before.equals(alias) ? chosen.previous() : null;
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
