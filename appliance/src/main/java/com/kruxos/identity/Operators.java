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
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The people who sign in to the dashboard, and the invitations by which they choose a passphrase. Invitations are held
 * in memory only. Safe for any thread.
 */
public final class Operators {
    public static final Duration INVITATION_LIFETIME = Duration.ofHours(24);

    static final int MAX_OPERATORS = 100;

    private static final String LIST_HINT = "kruxos operator list shows them";

    private record PendingInvitation(String operator, Instant expires) {}

    private final Database database;
    private final ChangeFeed changes;
    private final Pepper pepper;
    private final PassphraseHasher passphrases;
    private final InstantSource clock;
    private final Map<String, Operator> operators = new ConcurrentHashMap<>();
    private final Map<CredentialHash, PendingInvitation> invitations = new ConcurrentHashMap<>();

    /** Held during every change of an operator; never while a passphrase is hashed. */
    private final ReentrantLock changeLock = new ReentrantLock();

    private Operators(Database database, ChangeFeed changes, Pepper pepper, InstantSource clock) {
        this.database = database;
        this.changes = changes;
        this.pepper = pepper;
        this.clock = clock;
        passphrases = new PassphraseHasher(pepper);
    }

    /** Loads all operators. {@code pepper} has at least 32 bytes; the caller may wipe it afterwards. */
    public static Operators open(Database database, ChangeFeed changes, byte[] pepper, InstantSource clock) {
        var opened = new Operators(database, changes, new Pepper(pepper), clock);
        database.read(OperatorTable::selectAll).forEach(operator -> opened.operators.put(operator.id(), operator));
        changes.subscribe(ChangeFeed.Subject.OPERATOR, opened::reload, opened.operators::remove);
        return opened;
    }

    /** All operators, oldest first. */
    public List<Operator> list() {
        return operators.values().stream()
                .sorted(Comparator.comparing(Operator::created).thenComparing(Operator::id))
                .toList();
    }

    /** By name or id. */
    public Optional<Operator> find(String operator) {
        var byId = operators.get(operator);
        return byId != null
                ? Optional.of(byId)
                : operators.values().stream()
                        .filter(one -> one.name().equals(operator))
                        .findFirst();
    }

    /** Adds an operator, who chooses a passphrase by the invitation. */
    public Result<Invitation> add(String name) {
        return withLock(() -> NameRules.<Invitation>checkName(name)
                .or(() -> checkNameIsFree(name))
                .or(this::checkCapacity)
                .orElseGet(() -> {
                    var operator = new Operator(Ids.newId("opr"), name, now(), null, null);
                    database.write(handle -> {
                        OperatorTable.insert(handle, operator);
                        return operator;
                    });
                    publish(operator.id());
                    return Result.done(issueInvitation(operator));
                }));
    }

    /** Issues another invitation to an operator without a passphrase; the previous one ends. */
    public Result<Invitation> invite(String id) {
        return updateOperator(
                id,
                operator -> operator.hasPassphrase()
                        ? Result.conflict(
                                operator.name() + " has a passphrase",
                                "kruxos operator reset-passphrase " + operator.name() + " lets them choose another")
                        : Result.done(issueInvitation(operator)));
    }

    /**
     * Deletes the passphrase at once; the operator chooses a new one by the invitation. The caller ends their sessions.
     */
    public Result<Invitation> resetPassphrase(String id) {
        return updateOperator(id, operator -> {
            database.write(handle -> {
                OperatorTable.clearPassphrase(handle, id);
                return id;
            });
            var without = new Operator(id, operator.name(), operator.created(), null, operator.lastSeen());
            publish(id);
            return Result.done(issueInvitation(without));
        });
    }

    /** Removes an operator with invitation and passphrase. The caller ends their sessions. */
    public Result<Operator> remove(String id) {
        return updateOperator(id, operator -> {
            database.write(handle -> {
                OperatorTable.delete(handle, id);
                return id;
            });
            publish(id);
            invitations.values().removeIf(pass -> pass.operator().equals(id));
            return Result.done(operator);
        });
    }

    /** The operator that a valid code invites. Does not use up the code. */
    public Optional<Operator> findInvited(byte[] code) {
        return Optional.ofNullable(invitations.get(CredentialFormat.INVITATION.hash(pepper, code)))
                .filter(pass -> clock.instant().isBefore(pass.expires()))
                .flatMap(pass -> find(pass.operator()));
    }

    /**
     * Chooses a passphrase by an invitation, and uses up the invitation.
     *
     * @param passphrase in UTF-8; not kept, not changed
     * @throws TooManySignIns when too many passphrases are being hashed
     */
    public Result<Operator> acceptInvitation(byte[] code, byte[] passphrase) {
        if (!PassphraseHasher.hasValidLength(passphrase)) {
            return invalidPassphrase();
        }
        if (findInvited(code).isEmpty()) {
            return invitationExpired();
        }
        var hash = passphrases.hash(passphrase);
        return withLock(() -> {
            var invited = findInvited(code);
            if (invited.isEmpty()) {
                return invitationExpired();
            }
            invitations.remove(CredentialFormat.INVITATION.hash(pepper, code));
            return Result.done(storePassphrase(invited.get(), hash));
        });
    }

    /**
     * The operator with this name and passphrase. Takes as long for an unknown name.
     *
     * @param passphrase in UTF-8; not kept, not changed
     * @throws TooManySignIns when too many passphrases are being hashed
     */
    public Optional<Operator> authenticate(String name, byte[] passphrase) {
        var claimed = operators.values().stream()
                .filter(one -> one.name().equals(name))
                .findFirst();
        var kept =
                claimed.flatMap(one -> database.read(handle -> OperatorTable.selectPassphraseHash(handle, one.id())));
        return passphrases.matches(kept.orElse(null), passphrase) ? claimed : Optional.empty();
    }

    /**
     * Acts for an operator who has just authenticated, unless the passphrase was changed or deleted since: hashing
     * takes a third of a second. Such changes wait until {@code act} returns.
     *
     * @param known as returned by {@link #authenticate}, {@link #acceptInvitation} or {@link #changePassphrase}
     */
    public <T> Result<T> ifPassphraseUnchanged(Operator known, Supplier<T> act) {
        return updateOperator(
                known.id(),
                now -> Objects.equals(now.passphraseChanged(), known.passphraseChanged())
                        ? Result.done(act.get())
                        : passphraseChangedMeanwhile());
    }

    /**
     * Changes the passphrase, given the present one. The caller ends the operator's other sessions.
     *
     * @throws TooManySignIns when too many passphrases are being hashed
     */
    public Result<Operator> changePassphrase(String id, byte[] present, byte[] passphrase) {
        if (!PassphraseHasher.hasValidLength(passphrase)) {
            return invalidPassphrase();
        }
        var name = find(id).map(Operator::name).orElse("");
        var known = authenticate(name, present);
        if (known.isEmpty()) {
            return Result.conflict("the present passphrase is wrong", "enter the one you signed in with");
        }
        var hash = passphrases.hash(passphrase);
        return updateOperator(
                id,
                operator ->
                        Objects.equals(operator.passphraseChanged(), known.get().passphraseChanged())
                                ? Result.done(storePassphrase(operator, hash))
                                : passphraseChangedMeanwhile());
    }

    /** Stores the time of a sign-in. */
    public void recordSignIn(String id) {
        withLock(() -> find(id).map(operator -> {
            var now = now();
            database.write(handle -> {
                OperatorTable.updateLastSeen(handle, id, now);
                return id;
            });
            publish(id);
            return id;
        }));
    }

    private void publish(String id) {
        changes.publish(ChangeFeed.Subject.OPERATOR, id);
    }

    private void reload(String id) {
        database.read(handle -> OperatorTable.select(handle, id))
                .ifPresentOrElse(operator -> operators.put(id, operator), () -> operators.remove(id));
    }

    private Operator storePassphrase(Operator operator, String hash) {
        var now = now();
        database.write(handle -> {
            OperatorTable.updatePassphrase(handle, operator.id(), hash, now);
            return operator;
        });
        var after = new Operator(operator.id(), operator.name(), operator.created(), now, operator.lastSeen());
        publish(after.id());
        return after;
    }

    private Invitation issueInvitation(Operator operator) {
        var code = NewCredential.invitation();
        var expires = now().plus(INVITATION_LIFETIME);
        invitations.values().removeIf(pass -> pass.operator().equals(operator.id()));
        invitations.put(pepper.hash(code.ascii()), new PendingInvitation(operator.id(), expires));
        return new Invitation(operator, code, expires);
    }

    private Optional<Result<Invitation>> checkNameIsFree(String name) {
        return find(name)
                .map(taken ->
                        Result.conflict("there is an operator named " + name + " already", "choose another name"));
    }

    private Optional<Result<Invitation>> checkCapacity() {
        return operators.size() < MAX_OPERATORS
                ? Optional.empty()
                : Optional.of(Result.conflict("there are " + MAX_OPERATORS + " operators already", "remove one first"));
    }

    private static <T> Result<T> invalidPassphrase() {
        return Result.invalid(
                "a passphrase has " + PassphraseHasher.MIN_BYTES + " to " + PassphraseHasher.MAX_BYTES + " bytes",
                "four or five unrelated words are strong and easy to remember");
    }

    private static <T> Result<T> passphraseChangedMeanwhile() {
        return Result.conflict("the passphrase was changed in the meantime", "sign in with the new one");
    }

    private static <T> Result<T> invitationExpired() {
        return Result.conflict(
                "this invitation was used or has expired",
                "ask for another one: kruxos operator reset-passphrase NAME, on the machine itself");
    }

    private <T> Result<T> updateOperator(String id, Function<Operator, Result<T>> change) {
        return withLock(() -> Optional.ofNullable(operators.get(id))
                .map(change)
                .orElseGet(() -> Result.notFound("there is no such operator", LIST_HINT)));
    }

    private <T> T withLock(Supplier<T> change) {
        changeLock.lock();
        try {
            return change.get();
        } finally {
            changeLock.unlock();
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
