package com.kruxos.identity;

import com.kruxos.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** The tokens of users. Safe for any thread; held in memory as {@link Agents} holds its keys. */
public final class UserTokens {
    /** How stale a stored "last used" may be: a busy token must not cost a disk sync for every request. */
    private static final Duration USE_IS_STORED_EVERY = Duration.ofMinutes(1);

    private final Database database;
    private final Pepper pepper;
    private final InstantSource clock;
    private final Map<String, UserToken> tokens = new ConcurrentHashMap<>();

    /** Only tokens that are not revoked. */
    private final Map<KeyHash, String> hashes = new ConcurrentHashMap<>();

    /** Which use of a token is stored, or being stored. */
    private final Map<String, Instant> stored = new ConcurrentHashMap<>();

    /** Held by whoever makes or revokes a token. */
    private final ReentrantLock changing = new ReentrantLock();

    private UserTokens(Database database, Pepper pepper, InstantSource clock) {
        this.database = database;
        this.pepper = pepper;
        this.clock = clock;
    }

    /** Loads all tokens. {@code pepper} has at least 32 bytes and may be wiped when this returns. */
    public static UserTokens open(Database database, byte[] pepper, InstantSource clock) {
        var opened = new UserTokens(database, new Pepper(pepper), clock);
        for (var row : database.read(UserTokenTable::all)) {
            opened.hold(row.token(), row.hash());
        }
        return opened;
    }

    /**
     * Which token this is, if it counts now; does the same work whether it is malformed, unknown or revoked.
     *
     * @param presented what the peer showed, of any length and content; not kept, not changed
     */
    public Optional<UserToken> authenticate(byte[] presented) {
        var id = hashes.get(KeyForm.USER_TOKEN.hash(pepper, presented));
        if (id == null) {
            return Optional.empty();
        }
        var now = now();
        var used = tokens.computeIfPresent(id, (same, token) -> counts(token, now) ? token.usedAt(now) : token);
        if (used == null || !counts(used, now)) {
            return Optional.empty();
        }
        storeUse(id, now);
        return Optional.of(used);
    }

    /** All tokens, the revoked ones too, oldest first. */
    public List<UserToken> list() {
        return tokens.values().stream()
                .sorted(Comparator.comparing(UserToken::created).thenComparing(UserToken::id))
                .toList();
    }

    public Optional<UserToken> find(String id) {
        return Optional.ofNullable(tokens.get(id));
    }

    /** Whether this token opens doors now. */
    public boolean counts(String id) {
        return find(id).filter(token -> counts(token, now())).isPresent();
    }

    public Answer<IssuedToken> create(NewUserToken wanted) {
        return Texts.<IssuedToken>refuseNote("label", wanted.label())
                .or(() -> Texts.refuseEnd(wanted.expires(), clock.instant()))
                .or(() -> refuseEmpty(wanted))
                .orElseGet(() -> Answer.done(issue(wanted)));
    }

    /** From the moment this returns the token opens nothing. Revoking twice changes nothing. */
    public Answer<UserToken> revoke(String id) {
        changing.lock();
        try {
            var token = tokens.get(id);
            if (token == null) {
                return Answer.notFound("there is no such user token", "kruxos user-token list shows them");
            }
            return Answer.done(token.revoked() == null ? end(token) : token);
        } finally {
            changing.unlock();
        }
    }

    /** For tests: how many tokens are not revoked. */
    int knownTokens() {
        return hashes.size();
    }

    private UserToken end(UserToken token) {
        var now = now();
        database.write(handle -> {
            UserTokenTable.revoke(handle, token.id(), now);
            return token;
        });
        hashes.values().removeIf(token.id()::equals);
        return tokens.compute(token.id(), (id, current) -> (current == null ? token : current).revokedAt(now));
    }

    private IssuedToken issue(NewUserToken wanted) {
        var secret = OneTimeKey.userToken();
        changing.lock();
        try {
            var token = new UserToken(
                    Ids.fresh("utk"),
                    wanted.label(),
                    wanted.scopes(),
                    secret.lastFour(),
                    now(),
                    wanted.expires(),
                    null,
                    null);
            var hash = pepper.hash(secret.ascii());
            database.write(handle -> {
                UserTokenTable.insert(handle, token, hash);
                return token;
            });
            hold(token, hash);
            return new IssuedToken(token, secret);
        } catch (RuntimeException e) {
            secret.close();
            throw e;
        } finally {
            changing.unlock();
        }
    }

    private void hold(UserToken token, @Nullable KeyHash hash) {
        tokens.put(token.id(), token);
        if (token.lastUsed() != null) {
            stored.put(token.id(), token.lastUsed());
        }
        if (hash != null && token.revoked() == null) {
            hashes.put(hash, token.id());
        }
    }

    private void storeUse(String id, Instant now) {
        var before = stored.get(id);
        if (before != null && now.isBefore(before.plus(USE_IS_STORED_EVERY))) {
            return;
        }
        var mine = before == null ? stored.putIfAbsent(id, now) == null : stored.replace(id, before, now);
        if (!mine) {
            return;
        }
        try {
            database.write(handle -> {
                UserTokenTable.used(handle, id, now);
                return id;
            });
        } catch (JdbiException e) {
            // A full disk must not lock people out of looking at what is wrong: the use is still known in memory.
        }
    }

    private static Optional<Answer<IssuedToken>> refuseEmpty(NewUserToken wanted) {
        if (wanted.label().isBlank()) {
            return Optional.of(Answer.invalid("a user token needs a label", "say where it will be used"));
        }
        return wanted.scopes().isEmpty()
                ? Optional.of(Answer.invalid("a user token needs a scope", "read is the smallest"))
                : Optional.empty();
    }

    private static boolean counts(UserToken token, Instant now) {
        return token.stateAt(now) == UserToken.State.ACTIVE;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
