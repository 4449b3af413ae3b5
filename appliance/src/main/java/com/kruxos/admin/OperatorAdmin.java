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
    public record EndedSessions(Operator operator, int sessionsEnded) {}

    /** What the record calls the ways in. */
    public static final String SIGN_IN = "operator.sign-in";

    public static final String CHOOSE_PASSPHRASE = "operator.choose-passphrase";
    public static final String CHANGE_PASSPHRASE = "operator.change-passphrase";

    private final AuditedActions actions;
    private final Operators operators;
    private final OperatorSessions sessions;

    OperatorAdmin(AuditedActions acts, AdminDependencies parts) {
        this.actions = acts;
        this.operators = parts.operators();
        this.sessions = parts.operatorSessions();
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
    public Optional<String> nameOf(String id) {
        return operators.find(id).map(Operator::name);
    }

    /** Adds somebody, who chooses a passphrase by the invitation. */
    public Result<Invitation> add(AuditPrincipal who, String name) {
        return actions.perform(
                AdminAction.of(who, "operator.add", name), () -> operators.add(name), OperatorAdmin::invitationDetails);
    }

    /** Another invitation for somebody who has not chosen a passphrase yet. */
    public Result<Invitation> invite(AuditPrincipal who, String operator) {
        return show(operator)
                .flatMap(found -> actions.perform(
                        action(who, "operator.invite", found),
                        () -> operators.invite(found.id()),
                        OperatorAdmin::invitationDetails));
    }

    /** When this returns the passphrase opens nothing and nobody is signed in with it. */
    public Result<Invitation> resetPassphrase(AuditPrincipal who, String operator) {
        return show(operator)
                .flatMap(found -> actions.perform(
                        action(who, "operator.reset-passphrase", found),
                        () -> operators.resetPassphrase(found.id()).map(invitation -> {
                            sessions.endAll(found.id());
                            return invitation;
                        }),
                        OperatorAdmin::invitationDetails));
    }

    /** When this returns they can do nothing here any more. */
    public Result<EndedSessions> remove(AuditPrincipal who, String operator) {
        return show(operator)
                .flatMap(found -> actions.perform(
                        action(who, "operator.remove", found),
                        () -> operators
                                .remove(found.id())
                                .map(gone -> new EndedSessions(gone, sessions.endAll(gone.id()))),
                        ended -> Details.none().with("seats_ended", ended.sessionsEnded())));
    }

    /** Whom a code invites, if it counts now. */
    public Optional<Operator> findInvited(byte[] code) {
        return operators.findInvited(code);
    }

    /**
     * Chooses a passphrase by an invitation and signs in.
     *
     * @throws com.kruxos.identity.TooManySignIns when too many sign in at once
     */
    public Result<OperatorSessions.NewOperatorSession> acceptInvitation(
            byte[] code, byte[] passphrase, String origin, String browser) {
        var invited = operators.findInvited(code);
        if (invited.isEmpty()) {
            actions.recordAnonymousRefusal(origin, CHOOSE_PASSPHRASE, "no invitation that counts", 1);
            return operators
                    .acceptInvitation(code, passphrase)
                    .flatMap(operator -> openSession(operator, origin, browser));
        }
        return actions.perform(
                        action(principalOf(invited.get(), origin), CHOOSE_PASSPHRASE, invited.get()),
                        () -> operators.acceptInvitation(code, passphrase))
                .flatMap(operator -> openSession(operator, origin, browser));
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
            actions.recordAnonymousRefusal(origin, SIGN_IN, "no passphrase that counts" + whom, 1);
            return Optional.empty();
        }
        return openSession(known.get(), origin, browser)
                        instanceof Result.Done<OperatorSessions.NewOperatorSession>(var taken)
                ? Optional.of(taken)
                : Optional.empty();
    }

    /** Records that strangers were turned away before anything was looked at. */
    public void recordRefusal(String origin, String action, String reason, long attempts) {
        actions.recordAnonymousRefusal(origin, action, reason, attempts);
    }

    /** Who has this key, if it counts now. */
    public Optional<OperatorSession> authenticate(byte[] key) {
        return sessions.authenticate(key).filter(this::operatorExists);
    }

    /** The same, for somebody who only watches: that is not doing something. */
    public Optional<OperatorSession> authenticateWithoutRenewal(byte[] key) {
        return sessions.find(key).filter(this::operatorExists);
    }

    public boolean isActive(OperatorSession seat) {
        return sessions.isActive(seat.id()) && operatorExists(seat);
    }

    /** Whether the operator is there still: their seats end a moment after they are gone. */
    private boolean operatorExists(OperatorSession seat) {
        return operators.find(seat.operator()).isPresent();
    }

    public List<OperatorSession> sessionsOf(String operator) {
        return sessions.listFor(operator);
    }

    public Result<EndedSessions> signOut(OperatorSession seat) {
        return withOperator(
                seat,
                operator -> actions.perform(
                        action(principalOf(operator, seat.origin()), "operator.sign-out", operator),
                        () -> Result.done(new EndedSessions(operator, sessions.end(seat.id()) ? 1 : 0))));
    }

    /** Ends one seat of somebody's own. */
    public Result<EndedSessions> endSession(OperatorSession seat, String which) {
        return withOperator(
                seat,
                operator -> actions.perform(
                        action(principalOf(operator, seat.origin()), "operator.end-seat", operator)
                                .withDetails(Details.none().with("seat", which)),
                        () -> sessions.listFor(operator.id()).stream()
                                                .anyMatch(one -> one.id().equals(which))
                                        && sessions.end(which)
                                ? Result.done(new EndedSessions(operator, 1))
                                : Result.notFound("nobody is signed in there", "it may have ended by itself")));
    }

    /** Signs somebody out everywhere, here too. */
    public Result<EndedSessions> signOutEverywhere(OperatorSession seat) {
        return withOperator(
                seat,
                operator -> actions.perform(
                        action(principalOf(operator, seat.origin()), "operator.sign-out-everywhere", operator),
                        () -> Result.done(new EndedSessions(operator, sessions.endAll(operator.id()))),
                        ended -> Details.none().with("seats_ended", ended.sessionsEnded())));
    }

    /**
     * Chooses another passphrase, by showing the present one. All seats end, and they are signed in anew.
     *
     * @throws com.kruxos.identity.TooManySignIns when too many sign in at once
     */
    public Result<OperatorSessions.NewOperatorSession> changePassphrase(
            OperatorSession seat, byte[] present, byte[] passphrase) {
        return withOperator(
                        seat,
                        operator -> actions.perform(
                                action(principalOf(operator, seat.origin()), CHANGE_PASSPHRASE, operator),
                                () -> operators.changePassphrase(operator.id(), present, passphrase)))
                .flatMap(operator -> {
                    sessions.endAll(operator.id());
                    return openSession(operator, seat.origin(), seat.browser());
                });
    }

    /** An operator as the audit log names them. */
    public Optional<AuditPrincipal> principalOf(OperatorSession seat) {
        return operators.find(seat.operator()).map(operator -> principalOf(operator, seat.origin()));
    }

    private Result<OperatorSessions.NewOperatorSession> openSession(Operator operator, String origin, String browser) {
        return actions.perform(
                action(principalOf(operator, origin), SIGN_IN, operator),
                () -> operators.ifPassphraseUnchanged(operator, () -> {
                    operators.recordSignIn(operator.id());
                    return sessions.open(operator.id(), origin, browser);
                }),
                taken -> Details.none().with("seat", taken.session().id()));
    }

    private <T> Result<T> withOperator(OperatorSession seat, Function<Operator, Result<T>> act) {
        return show(seat.operator()).flatMap(act);
    }

    private static AuditPrincipal principalOf(Operator operator, String origin) {
        return new AuditPrincipal(AuditPrincipal.PrincipalType.OPERATOR, operator.id(), operator.name(), origin, null);
    }

    private static AdminAction action(AuditPrincipal who, String action, Operator operator) {
        return AdminAction.of(who, action, operator.id())
                .withDetails(Details.none().with("name", operator.name()));
    }

    private static Details invitationDetails(Invitation invitation) {
        return Details.none()
                .with("id", invitation.operator().id())
                .with("last_four", invitation.code().lastFour())
                .with("expires", invitation.expires().toString());
    }
}
