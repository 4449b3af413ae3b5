package com.kruxos.identity;

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
 * The people who sign in on the dashboard, and the invitations by which they choose a passphrase. Invitations are held
 * in memory only. Safe for any thread.
 */
public final class Operators {
    /** How long an invitation lets somebody choose a passphrase. */
    public static final Duration INVITATION_LIFE = Duration.ofHours(24);

    static final int MOST = 100;

    private static final String ADD_HINT = "kruxos operator list shows them";

    private record Pass(String operator, Instant expires) {}

    private final Database database;
    private final Pepper pepper;
    private final Passphrases passphrases;
    private final InstantSource clock;
    private final Map<String, Operator> operators = new ConcurrentHashMap<>();
    private final Map<KeyHash, Pass> invitations = new ConcurrentHashMap<>();

    /** Held by whoever changes an operator; never while a passphrase is hashed. */
    private final ReentrantLock changing = new ReentrantLock();

    private Operators(Database database, Pepper pepper, InstantSource clock) {
        this.database = database;
        this.pepper = pepper;
        this.clock = clock;
        passphrases = new Passphrases(pepper);
    }

    /** Loads all operators. {@code pepper} has at least 32 bytes and may be wiped when this returns. */
    public static Operators open(Database database, byte[] pepper, InstantSource clock) {
        var opened = new Operators(database, new Pepper(pepper), clock);
        database.read(OperatorTable::all).forEach(operator -> opened.operators.put(operator.id(), operator));
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
    public Answer<Invitation> add(String name) {
        return changing(() -> Texts.<Invitation>refuseName(name)
                .or(() -> refuseTaken(name))
                .or(this::refuseMany)
                .orElseGet(() -> {
                    var operator = new Operator(Ids.fresh("opr"), name, now(), null, null);
                    database.write(handle -> {
                        OperatorTable.insert(handle, operator);
                        return operator;
                    });
                    operators.put(operator.id(), operator);
                    return Answer.done(issue(operator));
                }));
    }

    /** Another invitation for somebody who has not chosen a passphrase yet; the one before ends. */
    public Answer<Invitation> invite(String id) {
        return change(
                id,
                operator -> operator.active()
                        ? Answer.conflict(
                                operator.name() + " has a passphrase",
                                "kruxos operator reset-passphrase " + operator.name() + " lets them choose another")
                        : Answer.done(issue(operator)));
    }

    /** Ends the passphrase at once; a new one is chosen by the invitation. Ending their seats is the caller's part. */
    public Answer<Invitation> reset(String id) {
        return change(id, operator -> {
            database.write(handle -> {
                OperatorTable.forget(handle, id);
                return id;
            });
            var without = new Operator(id, operator.name(), operator.created(), null, operator.lastSeen());
            operators.put(id, without);
            return Answer.done(issue(without));
        });
    }

    /** Removes somebody, invitation and passphrase included. Ending their seats is the caller's part. */
    public Answer<Operator> remove(String id) {
        return change(id, operator -> {
            database.write(handle -> {
                OperatorTable.delete(handle, id);
                return id;
            });
            operators.remove(id);
            invitations.values().removeIf(pass -> pass.operator().equals(id));
            return Answer.done(operator);
        });
    }

    /** Whom a code invites, if it counts now. It is not used up by asking. */
    public Optional<Operator> invited(byte[] code) {
        return Optional.ofNullable(invitations.get(KeyForm.INVITATION.hash(pepper, code)))
                .filter(pass -> clock.instant().isBefore(pass.expires()))
                .flatMap(pass -> find(pass.operator()));
    }

    /**
     * Chooses a passphrase by an invitation, which is used up by that.
     *
     * @param passphrase in UTF-8; not kept, not changed
     * @throws TooBusy when too many sign in at once
     */
    public Answer<Operator> accept(byte[] code, byte[] passphrase) {
        if (!Passphrases.fits(passphrase)) {
            return unfit();
        }
        if (invited(code).isEmpty()) {
            return ended();
        }
        var hash = passphrases.hash(passphrase);
        return changing(() -> {
            var invited = invited(code);
            if (invited.isEmpty()) {
                return ended();
            }
            invitations.remove(KeyForm.INVITATION.hash(pepper, code));
            return Answer.done(choose(invited.get(), hash));
        });
    }

    /**
     * Who this is, if the passphrase is theirs; takes as long when there is nobody of that name.
     *
     * @param passphrase in UTF-8; not kept, not changed
     * @throws TooBusy when too many sign in at once
     */
    public Optional<Operator> recognise(String name, byte[] passphrase) {
        var claimed = operators.values().stream()
                .filter(one -> one.name().equals(name))
                .findFirst();
        var kept = claimed.flatMap(one -> database.read(handle -> OperatorTable.passphrase(handle, one.id())));
        return passphrases.matches(kept.orElse(null), passphrase) ? claimed : Optional.empty();
    }

    /**
     * Does something for somebody who has shown their passphrase, unless it was changed or ended since: it may have
     * been in the third of a second that takes. Such changes wait meanwhile.
     *
     * @param known as {@link #recognise}, {@link #accept} or {@link #change} gave them
     */
    public <T> Answer<T> ifSame(Operator known, Supplier<T> act) {
        return change(
                known.id(),
                now -> Objects.equals(now.changed(), known.changed()) ? Answer.done(act.get()) : changedMeanwhile());
    }

    /**
     * Chooses another passphrase, by showing the present one. Ending their other seats is the caller's part.
     *
     * @throws TooBusy when too many sign in at once
     */
    public Answer<Operator> change(String id, byte[] present, byte[] passphrase) {
        if (!Passphrases.fits(passphrase)) {
            return unfit();
        }
        var name = find(id).map(Operator::name).orElse("");
        var known = recognise(name, present);
        if (known.isEmpty()) {
            return Answer.conflict("that is not your present passphrase", "type the one you signed in with");
        }
        var hash = passphrases.hash(passphrase);
        return change(
                id,
                operator -> Objects.equals(operator.changed(), known.get().changed())
                        ? Answer.done(choose(operator, hash))
                        : changedMeanwhile());
    }

    /** They have just signed in. */
    public void seen(String id) {
        changing(() -> find(id).map(operator -> {
            var now = now();
            database.write(handle -> {
                OperatorTable.seen(handle, id, now);
                return id;
            });
            return operators.put(id, new Operator(id, operator.name(), operator.created(), operator.changed(), now));
        }));
    }

    private Operator choose(Operator operator, String hash) {
        var now = now();
        database.write(handle -> {
            OperatorTable.choose(handle, operator.id(), hash, now);
            return operator;
        });
        var after = new Operator(operator.id(), operator.name(), operator.created(), now, operator.lastSeen());
        operators.put(after.id(), after);
        return after;
    }

    private Invitation issue(Operator operator) {
        var code = OneTimeKey.invitation();
        var expires = now().plus(INVITATION_LIFE);
        invitations.values().removeIf(pass -> pass.operator().equals(operator.id()));
        invitations.put(pepper.hash(code.ascii()), new Pass(operator.id(), expires));
        return new Invitation(operator, code, expires);
    }

    private Optional<Answer<Invitation>> refuseTaken(String name) {
        return find(name)
                .map(taken ->
                        Answer.conflict("there is an operator named " + name + " already", "choose another name"));
    }

    private Optional<Answer<Invitation>> refuseMany() {
        return operators.size() < MOST
                ? Optional.empty()
                : Optional.of(Answer.conflict("there are " + MOST + " operators already", "remove one first"));
    }

    private static <T> Answer<T> unfit() {
        return Answer.invalid(
                "a passphrase has " + Passphrases.SHORTEST + " to " + Passphrases.LONGEST + " bytes",
                "four or five words that do not belong together are good, and easy to keep in mind");
    }

    private static <T> Answer<T> changedMeanwhile() {
        return Answer.conflict("the passphrase was changed meanwhile", "sign in with the new one");
    }

    private static <T> Answer<T> ended() {
        return Answer.conflict(
                "this invitation was used, or has ended",
                "ask for another one: kruxos operator reset-passphrase NAME, on the machine itself");
    }

    private <T> Answer<T> change(String id, Function<Operator, Answer<T>> change) {
        return changing(() -> Optional.ofNullable(operators.get(id))
                .map(change)
                .orElseGet(() -> Answer.notFound("there is no such operator", ADD_HINT)));
    }

    private <T> T changing(Supplier<T> change) {
        changing.lock();
        try {
            return change.get();
        } finally {
            changing.unlock();
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
