package com.kruxos.identity;

import com.kruxos.result.Ids;
import com.kruxos.result.Result;
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

/** The tokens of users. Safe for any thread; cached in memory as {@link Agents} caches its keys. */
public final class UserTokens {
    /** How stale a stored last use may be: a busy token must not cost a disk sync for every request. */
    private static final Duration LAST_USED_INTERVAL = Duration.ofMinutes(1);

    private final Database database;
    private final ChangeFeed changes;
    private final Pepper pepper;
    private final InstantSource clock;
    private final Map<String, UserToken> tokens = new ConcurrentHashMap<>();

    /** Only tokens that are not revoked. */
    private final Map<CredentialHash, String> idsByHash = new ConcurrentHashMap<>();

    /** The last use of each token that is stored, or being stored. */
    private final Map<String, Instant> storedLastUse = new ConcurrentHashMap<>();

    /** Held while a token is created or revoked. */
    private final ReentrantLock changeLock = new ReentrantLock();

    private UserTokens(Database database, ChangeFeed changes, Pepper pepper, InstantSource clock) {
        this.database = database;
        this.changes = changes;
        this.pepper = pepper;
        this.clock = clock;
    }

    /** Loads all tokens. {@code pepper} has at least 32 bytes; the caller may wipe it afterwards. */
    public static UserTokens open(Database database, ChangeFeed changes, byte[] pepper, InstantSource clock) {
        var opened = new UserTokens(database, changes, new Pepper(pepper), clock);
        for (var row : database.read(UserTokenTable::selectAll)) {
            opened.cache(row);
        }
        changes.subscribe(ChangeFeed.Subject.USER_TOKEN, opened::reload, opened.tokens::remove);
        return opened;
    }

    /**
     * The valid token with this secret. Malformed, unknown and revoked tokens cost the same work.
     *
     * @param presented the bytes from the peer, of any length and content; not kept, not changed
     */
    public Optional<UserToken> authenticate(byte[] presented) {
        var id = idsByHash.get(CredentialFormat.USER_TOKEN.hash(pepper, presented));
        if (id == null) {
            return Optional.empty();
        }
        var now = now();
        var used = tokens.computeIfPresent(id, (same, token) -> isValid(token, now) ? token.withLastUse(now) : token);
        if (used == null || !isValid(used, now)) {
            return Optional.empty();
        }
        storeLastUse(id, now);
        return Optional.of(used);
    }

    /** All tokens, including revoked ones, oldest first. */
    public List<UserToken> list() {
        return tokens.values().stream()
                .sorted(Comparator.comparing(UserToken::created).thenComparing(UserToken::id))
                .toList();
    }

    public Optional<UserToken> find(String id) {
        return Optional.ofNullable(tokens.get(id));
    }

    public boolean isValid(String id) {
        return find(id).filter(token -> isValid(token, now())).isPresent();
    }

    public Result<IssuedToken> create(NewUserToken request) {
        return NameRules.<IssuedToken>checkNote("label", request.label())
                .or(() -> NameRules.checkExpiry(request.expires(), clock.instant()))
                .or(() -> checkLabelAndScopes(request))
                .orElseGet(() -> Result.done(issueToken(request)));
    }

    /** The token is invalid when this returns. Idempotent. */
    public Result<UserToken> revoke(String id) {
        changeLock.lock();
        try {
            var token = tokens.get(id);
            if (token == null) {
                return Result.notFound("there is no such user token", "kruxos user-token list shows them");
            }
            return Result.done(token.revoked() == null ? markRevoked(token) : token);
        } finally {
            changeLock.unlock();
        }
    }

    /** For tests: the number of tokens that are not revoked. */
    int tokenCount() {
        return idsByHash.size();
    }

    private UserToken markRevoked(UserToken token) {
        var now = now();
        database.write(handle -> {
            UserTokenTable.revoke(handle, token.id(), now);
            return token;
        });
        changes.publish(ChangeFeed.Subject.USER_TOKEN, token.id());
        return tokens.getOrDefault(token.id(), token.withRevocation(now));
    }

    private IssuedToken issueToken(NewUserToken request) {
        var secret = NewCredential.userToken();
        changeLock.lock();
        try {
            var token = new UserToken(
                    Ids.newId("utk"),
                    request.label(),
                    request.scopes(),
                    secret.lastFour(),
                    now(),
                    request.expires(),
                    null,
                    null);
            var hash = pepper.hash(secret.ascii());
            database.write(handle -> {
                UserTokenTable.insert(handle, token, hash);
                return token;
            });
            changes.publish(ChangeFeed.Subject.USER_TOKEN, token.id());
            return new IssuedToken(token, secret);
        } catch (RuntimeException e) {
            secret.close();
            throw e;
        } finally {
            changeLock.unlock();
        }
    }

    private void reload(String id) {
        database.read(handle -> UserTokenTable.select(handle, id)).ifPresent(this::cache);
    }

    /** A use that is only cached so far is kept. */
    private void cache(UserTokenTable.UserTokenRow row) {
        var token = row.token();
        tokens.merge(token.id(), token, (cached, stored) -> stored.withLaterUse(cached.lastUsed()));
        var lastUsed = token.lastUsed();
        if (lastUsed != null) {
            storedLastUse.put(token.id(), lastUsed);
        }
        var hash = row.hash();
        if (hash != null && token.revoked() == null) {
            idsByHash.put(hash, token.id());
        } else {
            idsByHash.values().removeIf(token.id()::equals);
        }
    }

    private void storeLastUse(String id, Instant now) {
        var before = storedLastUse.get(id);
        if (before != null && now.isBefore(before.plus(LAST_USED_INTERVAL))) {
            return;
        }
        var mine = before == null ? storedLastUse.putIfAbsent(id, now) == null : storedLastUse.replace(id, before, now);
        if (!mine) {
            return;
        }
        try {
            database.write(handle -> {
                UserTokenTable.updateLastUsed(handle, id, now);
                return id;
            });
        } catch (JdbiException e) {
            // A full disk must not lock users out: the use is still known in memory.
        }
    }

    private static Optional<Result<IssuedToken>> checkLabelAndScopes(NewUserToken request) {
        if (request.label().isBlank()) {
            return Optional.of(Result.invalid("a user token needs a label", "name the place where it will be used"));
        }
        return request.scopes().isEmpty()
                ? Optional.of(Result.invalid("a user token needs a scope", "the smallest is read"))
                : Optional.empty();
    }

    private static boolean isValid(UserToken token, Instant now) {
        return token.stateAt(now) == UserToken.UserTokenState.ACTIVE;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
