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

/** Operators of the dashboard and their sessions. Operators are identified by name or id. */
public final class OperatorAdmin {
    /** An operator and the number of sessions that were ended. */
    public record EndedSessions(Operator operator, int sessionsEnded) {}

    /** Actions in the audit log. */
    public static final String SIGN_IN = "operator.sign-in";

    public static final String CHOOSE_PASSPHRASE = "operator.choose-passphrase";
    public static final String CHANGE_PASSPHRASE = "operator.change-passphrase";

    private final AuditedActions actions;
    private final Operators operators;
    private final OperatorSessions sessions;

    OperatorAdmin(AuditedActions actions, AdminDependencies dependencies) {
        this.actions = actions;
        this.operators = dependencies.operators();
        this.sessions = dependencies.operatorSessions();
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

    public Optional<String> nameOf(String id) {
        return operators.find(id).map(Operator::name);
    }

    /** Adds an operator, who chooses a passphrase with the invitation. */
    public Result<Invitation> add(AuditPrincipal principal, String name) {
        return actions.perform(
                AdminAction.of(principal, "operator.add", name),
                () -> operators.add(name),
                OperatorAdmin::invitationDetails);
    }

    /** Another invitation for an operator without a passphrase. */
    public Result<Invitation> invite(AuditPrincipal principal, String operator) {
        return show(operator)
                .flatMap(found -> actions.perform(
                        action(principal, "operator.invite", found),
                        () -> operators.invite(found.id()),
                        OperatorAdmin::invitationDetails));
    }

    /** When this returns, the passphrase is invalid and the sessions of the operator have ended. */
    public Result<Invitation> resetPassphrase(AuditPrincipal principal, String operator) {
        return show(operator)
                .flatMap(found -> actions.perform(
                        action(principal, "operator.reset-passphrase", found),
                        () -> operators.resetPassphrase(found.id()).map(invitation -> {
                            sessions.endAll(found.id());
                            return invitation;
                        }),
                        OperatorAdmin::invitationDetails));
    }

    /** When this returns, the sessions of the operator have ended. */
    public Result<EndedSessions> remove(AuditPrincipal principal, String operator) {
        return show(operator)
                .flatMap(found -> actions.perform(
                        action(principal, "operator.remove", found),
                        () -> operators
                                .remove(found.id())
                                .map(gone -> new EndedSessions(gone, sessions.endAll(gone.id()))),
                        ended -> Details.none().with("seats_ended", ended.sessionsEnded())));
    }

    /** The operator whom a valid code invites. */
    public Optional<Operator> findInvited(byte[] code) {
        return operators.findInvited(code);
    }

    /**
     * Chooses a passphrase with an invitation and signs in.
     *
     * @throws com.kruxos.identity.TooManySignIns when too many sign-ins run at once
     */
    public Result<OperatorSessions.NewOperatorSession> acceptInvitation(
            byte[] code, byte[] passphrase, String origin, String browser) {
        var invited = operators.findInvited(code);
        if (invited.isEmpty()) {
            actions.recordAnonymousRefusal(origin, CHOOSE_PASSPHRASE, "invalid or expired invitation", 1);
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
     * Opens a session for a matching name and passphrase.
     *
     * @param origin the client's address
     * @param browser its User-Agent header
     * @return empty if name and passphrase do not match
     * @throws com.kruxos.identity.TooManySignIns when too many sign-ins run at once
     */
    public Optional<OperatorSessions.NewOperatorSession> signIn(
            String name, byte[] passphrase, String origin, String browser) {
        var known = operators.authenticate(name, passphrase);
        if (known.isEmpty()) {
            // Only a name that exists is recorded: people type passphrases into the wrong field.
            var reason = operators
                    .find(name)
                    .map(operator -> "invalid passphrase for " + operator.name())
                    .orElse("invalid name or passphrase");
            actions.recordAnonymousRefusal(origin, SIGN_IN, reason, 1);
            return Optional.empty();
        }
        return openSession(known.get(), origin, browser)
                        instanceof Result.Done<OperatorSessions.NewOperatorSession>(var taken)
                ? Optional.of(taken)
                : Optional.empty();
    }

    /** Records attempts that were refused before any credential was checked. */
    public void recordRefusal(String origin, String action, String reason, long attempts) {
        actions.recordAnonymousRefusal(origin, action, reason, attempts);
    }

    /** The session with this key, if it is valid; extends its idle timeout. */
    public Optional<OperatorSession> authenticate(byte[] key) {
        return sessions.authenticate(key).filter(this::operatorExists);
    }

    /** The same without extending the idle timeout, for live updates. */
    public Optional<OperatorSession> authenticateWithoutRenewal(byte[] key) {
        return sessions.find(key).filter(this::operatorExists);
    }

    public boolean isActive(OperatorSession session) {
        return sessions.isActive(session.id()) && operatorExists(session);
    }

    /** The sessions of a removed operator end a moment after the removal. */
    private boolean operatorExists(OperatorSession session) {
        return operators.find(session.operator()).isPresent();
    }

    public List<OperatorSession> sessionsOf(String operator) {
        return sessions.listFor(operator);
    }

    public Result<EndedSessions> signOut(OperatorSession session) {
        return withOperator(
                session,
                operator -> actions.perform(
                        action(principalOf(operator, session.origin()), "operator.sign-out", operator),
                        () -> Result.done(new EndedSessions(operator, sessions.end(session.id()) ? 1 : 0))));
    }

    /** Ends one of the operator's own sessions. */
    public Result<EndedSessions> endSession(OperatorSession session, String which) {
        return withOperator(
                session,
                operator -> actions.perform(
                        action(principalOf(operator, session.origin()), "operator.end-seat", operator)
                                .withDetails(Details.none().with("seat", which)),
                        () -> sessions.listFor(operator.id()).stream()
                                                .anyMatch(one -> one.id().equals(which))
                                        && sessions.end(which)
                                ? Result.done(new EndedSessions(operator, 1))
                                : Result.notFound("there is no such session", "it may already have ended")));
    }

    /** Ends all sessions of the operator, including this one. */
    public Result<EndedSessions> signOutEverywhere(OperatorSession session) {
        return withOperator(
                session,
                operator -> actions.perform(
                        action(principalOf(operator, session.origin()), "operator.sign-out-everywhere", operator),
                        () -> Result.done(new EndedSessions(operator, sessions.endAll(operator.id()))),
                        ended -> Details.none().with("seats_ended", ended.sessionsEnded())));
    }

    /**
     * Changes the passphrase. All sessions end, and a new one is opened.
     *
     * @throws com.kruxos.identity.TooManySignIns when too many sign-ins run at once
     */
    public Result<OperatorSessions.NewOperatorSession> changePassphrase(
            OperatorSession session, byte[] present, byte[] passphrase) {
        return withOperator(
                        session,
                        operator -> actions.perform(
                                action(principalOf(operator, session.origin()), CHANGE_PASSPHRASE, operator),
                                () -> operators.changePassphrase(operator.id(), present, passphrase)))
                .flatMap(operator -> {
                    sessions.endAll(operator.id());
                    return openSession(operator, session.origin(), session.browser());
                });
    }

    /** The operator as principal of audit records. */
    public Optional<AuditPrincipal> principalOf(OperatorSession session) {
        return operators.find(session.operator()).map(operator -> principalOf(operator, session.origin()));
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

    private <T> Result<T> withOperator(OperatorSession session, Function<Operator, Result<T>> operation) {
        return show(session.operator()).flatMap(operation);
    }

    private static AuditPrincipal principalOf(Operator operator, String origin) {
        return new AuditPrincipal(AuditPrincipal.PrincipalType.OPERATOR, operator.id(), operator.name(), origin, null);
    }

    private static AdminAction action(AuditPrincipal principal, String action, Operator operator) {
        return AdminAction.of(principal, action, operator.id())
                .withDetails(Details.none().with("name", operator.name()));
    }

    private static Details invitationDetails(Invitation invitation) {
        return Details.none()
                .with("id", invitation.operator().id())
                .with("last_four", invitation.code().lastFour())
                .with("expires", invitation.expires().toString());
    }
}
