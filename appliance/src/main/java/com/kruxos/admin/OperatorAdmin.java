package com.kruxos.admin;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.Details;
import com.kruxos.identity.Invitation;
import com.kruxos.identity.Operator;
import com.kruxos.identity.OperatorSession;
import com.kruxos.identity.OperatorSessions;
import com.kruxos.identity.Operators;
import com.kruxos.result.Result;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Who may sign in on the dashboard, and what they do about their own way in. Operators are given by name or id. */
public final class OperatorAdmin {
    /** Somebody who was removed, or whose seats were ended, and how many seats that were. */
    public record Ended(Operator operator, int seatsEnded) {}

    /** What the record calls the ways in. */
    public static final String SIGN_IN = "operator.sign-in";

    public static final String CHOOSE = "operator.choose-passphrase";
    public static final String CHANGE = "operator.change-passphrase";

    private final Acts acts;
    private final Operators operators;
    private final OperatorSessions seats;

    OperatorAdmin(Acts acts, Parts parts) {
        this.acts = acts;
        this.operators = parts.operators();
        this.seats = parts.seats();
    }

    public List<Operator> list() {
        return operators.list();
    }

    public Result<Operator> show(String operator) {
        return operators
                .find(operator)
                .map(Result::done)
                .orElseGet(() -> Result.notFound("there is no such operator", "kruxos operator list shows them"));
    }

    /** What the operator with this id is called, if there is one. */
    public Optional<String> name(String id) {
        return operators.find(id).map(Operator::name);
    }

    /** Adds somebody, who chooses a passphrase by the invitation. */
    public Result<Invitation> add(AuditPrincipal who, String name) {
        return acts.perform(
                Act.of(who, "operator.add", name), () -> operators.add(name), OperatorAdmin::invitedDetails);
    }

    /** Another invitation for somebody who has not chosen a passphrase yet. */
    public Result<Invitation> invite(AuditPrincipal who, String operator) {
        return show(operator)
                .flatMap(found -> acts.perform(
                        act(who, "operator.invite", found),
                        () -> operators.invite(found.id()),
                        OperatorAdmin::invitedDetails));
    }

    /** When this returns the passphrase opens nothing and nobody is signed in with it. */
    public Result<Invitation> reset(AuditPrincipal who, String operator) {
        return show(operator)
                .flatMap(found -> acts.perform(
                        act(who, "operator.reset-passphrase", found),
                        () -> operators.resetPassphrase(found.id()).map(invitation -> {
                            seats.endAll(found.id());
                            return invitation;
                        }),
                        OperatorAdmin::invitedDetails));
    }

    /** When this returns they can do nothing here any more. */
    public Result<Ended> remove(AuditPrincipal who, String operator) {
        return show(operator)
                .flatMap(found -> acts.perform(
                        act(who, "operator.remove", found),
                        () -> operators.remove(found.id()).map(gone -> new Ended(gone, seats.endAll(gone.id()))),
                        ended -> Details.none().with("seats_ended", ended.seatsEnded())));
    }

    /** Whom a code invites, if it counts now. */
    public Optional<Operator> invited(byte[] code) {
        return operators.findInvited(code);
    }

    /**
     * Chooses a passphrase by an invitation and signs in.
     *
     * @throws com.kruxos.identity.TooManySignIns when too many sign in at once
     */
    public Result<OperatorSessions.NewOperatorSession> accept(
            byte[] code, byte[] passphrase, String origin, String browser) {
        var invited = operators.findInvited(code);
        if (invited.isEmpty()) {
            acts.turnedAway(origin, CHOOSE, "no invitation that counts", 1);
            return operators.acceptInvitation(code, passphrase).flatMap(operator -> enter(operator, origin, browser));
        }
        return acts.perform(
                        act(principal(invited.get(), origin), CHOOSE, invited.get()),
                        () -> operators.acceptInvitation(code, passphrase))
                .flatMap(operator -> enter(operator, origin, browser));
    }

    /**
     * Signs somebody in.
     *
     * @param origin the address they come from
     * @param browser what their browser calls itself
     * @return absent when nobody of that name has that passphrase
     * @throws com.kruxos.identity.TooManySignIns when too many sign in at once
     */
    public Optional<OperatorSessions.NewOperatorSession> signIn(
            String name, byte[] passphrase, String origin, String browser) {
        var known = operators.authenticate(name, passphrase);
        if (known.isEmpty()) {
            // Only a name that exists is recorded: people type passphrases into the wrong field.
            var whom = operators.find(name).map(one -> " for " + one.name()).orElse("");
            acts.turnedAway(origin, SIGN_IN, "no passphrase that counts" + whom, 1);
            return Optional.empty();
        }
        return enter(known.get(), origin, browser)
                        instanceof Result.Done<OperatorSessions.NewOperatorSession>(var taken)
                ? Optional.of(taken)
                : Optional.empty();
    }

    /** Records that strangers were turned away before anything was looked at. */
    public void refused(String origin, String action, String reason, long attempts) {
        acts.turnedAway(origin, action, reason, attempts);
    }

    /** Who has this key, if it counts now. */
    public Optional<OperatorSession> seated(byte[] key) {
        return seats.authenticate(key).filter(this::isTheirs);
    }

    /** The same, for somebody who only watches: that is not doing something. */
    public Optional<OperatorSession> watching(byte[] key) {
        return seats.find(key).filter(this::isTheirs);
    }

    public boolean counts(OperatorSession seat) {
        return seats.isActive(seat.id()) && isTheirs(seat);
    }

    /** Whether the operator is there still: their seats end a moment after they are gone. */
    private boolean isTheirs(OperatorSession seat) {
        return operators.find(seat.operator()).isPresent();
    }

    public List<OperatorSession> seats(String operator) {
        return seats.listFor(operator);
    }

    public Result<Ended> signOut(OperatorSession seat) {
        return with(
                seat,
                operator -> acts.perform(
                        act(principal(operator, seat.origin()), "operator.sign-out", operator),
                        () -> Result.done(new Ended(operator, seats.end(seat.id()) ? 1 : 0))));
    }

    /** Ends one seat of somebody's own. */
    public Result<Ended> endSeat(OperatorSession seat, String which) {
        return with(
                seat,
                operator -> acts.perform(
                        act(principal(operator, seat.origin()), "operator.end-seat", operator)
                                .saying(Details.none().with("seat", which)),
                        () -> seats.listFor(operator.id()).stream()
                                                .anyMatch(one -> one.id().equals(which))
                                        && seats.end(which)
                                ? Result.done(new Ended(operator, 1))
                                : Result.notFound("nobody is signed in there", "it may have ended by itself")));
    }

    /** Signs somebody out everywhere, here too. */
    public Result<Ended> signOutEverywhere(OperatorSession seat) {
        return with(
                seat,
                operator -> acts.perform(
                        act(principal(operator, seat.origin()), "operator.sign-out-everywhere", operator),
                        () -> Result.done(new Ended(operator, seats.endAll(operator.id()))),
                        ended -> Details.none().with("seats_ended", ended.seatsEnded())));
    }

    /**
     * Chooses another passphrase, by showing the present one. All seats end, and they are signed in anew.
     *
     * @throws com.kruxos.identity.TooManySignIns when too many sign in at once
     */
    public Result<OperatorSessions.NewOperatorSession> change(OperatorSession seat, byte[] present, byte[] passphrase) {
        return with(
                        seat,
                        operator -> acts.perform(
                                act(principal(operator, seat.origin()), CHANGE, operator),
                                () -> operators.changePassphrase(operator.id(), present, passphrase)))
                .flatMap(operator -> {
                    seats.endAll(operator.id());
                    return enter(operator, seat.origin(), seat.browser());
                });
    }

    /** An operator as the audit log names them. */
    public Optional<AuditPrincipal> principal(OperatorSession seat) {
        return operators.find(seat.operator()).map(operator -> principal(operator, seat.origin()));
    }

    private Result<OperatorSessions.NewOperatorSession> enter(Operator operator, String origin, String browser) {
        return acts.perform(
                act(principal(operator, origin), SIGN_IN, operator),
                () -> operators.ifPassphraseUnchanged(operator, () -> {
                    operators.recordSignIn(operator.id());
                    return seats.open(operator.id(), origin, browser);
                }),
                taken -> Details.none().with("seat", taken.session().id()));
    }

    private <T> Result<T> with(OperatorSession seat, Function<Operator, Result<T>> act) {
        return show(seat.operator()).flatMap(act);
    }

    private static AuditPrincipal principal(Operator operator, String origin) {
        return new AuditPrincipal(AuditPrincipal.PrincipalType.OPERATOR, operator.id(), operator.name(), origin, null);
    }

    private static Act act(AuditPrincipal who, String action, Operator operator) {
        return Act.of(who, action, operator.id()).saying(Details.none().with("name", operator.name()));
    }

    private static Details invitedDetails(Invitation invitation) {
        return Details.none()
                .with("id", invitation.operator().id())
                .with("last_four", invitation.code().lastFour())
                .with("expires", invitation.expires().toString());
    }
}
