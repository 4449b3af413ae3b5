package com.kruxos.operator;

import com.kruxos.admin.OperatorAdmin;
import com.kruxos.dashboard.account.AccountPage;
import com.kruxos.dashboard.account.BrowserRow;
import com.kruxos.dashboard.account.OperatorRow;
import com.kruxos.dashboard.layout.NavigationItem;
import com.kruxos.identity.OperatorSessions;
import com.kruxos.identity.TooManySignIns;
import com.kruxos.result.Result;
import com.kruxos.web.http.WebResponse;
import java.time.InstantSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The operator's passphrase and sessions. */
final class AccountPages {
    private final OperatorAdmin operators;
    private final LayoutFactory layouts;
    private final FlashMessages flashMessages;

    /** By operator, so that passphrases cannot be guessed in an unattended browser. */
    private final SignInThrottle throttle;

    AccountPages(OperatorAdmin operators, LayoutFactory layouts, FlashMessages flashMessages, InstantSource clock) {
        this.operators = operators;
        this.layouts = layouts;
        this.flashMessages = flashMessages;
        throttle = new SignInThrottle(operators, clock);
    }

    WebResponse show(PageRequest request) {
        return render(request, 200, null);
    }

    WebResponse changePassphrase(PageRequest request) {
        var form = request.form();
        if (!Arrays.equals(form.secret("passphrase"), form.secret("again"))) {
            return render(request, 422, "The two new passphrases are not the same.");
        }
        var wait = throttle.beginAttempt(
                request.principal().id(), request.remoteAddress(), OperatorAdmin.CHANGE_PASSPHRASE);
        if (!wait.isZero()) {
            return render(request, 429, "Too many attempts. Try again in a minute.");
        }
        try {
            return switch (operators.changePassphrase(
                    request.session(), form.secret("current"), form.secret("passphrase"))) {
                case Result.Done<OperatorSessions.NewOperatorSession>(var opened) -> {
                    throttle.recordSuccess(request.principal().id());
                    flashMessages.putDone(
                            opened.session().id(), "The passphrase is changed. You are signed out everywhere else.");
                    yield SignInPages.signedInRedirect(opened, "/account");
                }
                case Result.Refused<OperatorSessions.NewOperatorSession>(var reason, var detail, var hint) ->
                    render(request, 422, PageResponses.sentence(detail) + " " + PageResponses.sentence(hint));
            };
        } catch (TooManySignIns e) {
            return render(request, 503, "Too many sign-ins at once. Try again in a few seconds.");
        }
    }

    WebResponse endSession(PageRequest request) {
        return switch (operators.endSession(request.session(), request.path("seat"))) {
            case Result.Done<OperatorAdmin.EndedSessions> _ -> {
                flashMessages.putDone(request.session().id(), "That browser is signed out.");
                yield WebResponse.seeOther("/account");
            }
            case Result.Refused<OperatorAdmin.EndedSessions> refused -> throw PageErrors.of(refused);
        };
    }

    WebResponse signOutEverywhere(PageRequest request) {
        operators.signOutEverywhere(request.session());
        return SignInPages.signedOutRedirect();
    }

    private WebResponse render(PageRequest request, int status, @Nullable String problem) {
        var sessions = operators.sessionsOf(request.principal().id()).stream()
                .map(session -> new BrowserRow(
                        session.id(),
                        session.origin(),
                        session.browser(),
                        session.signedIn(),
                        session.lastActive(),
                        session.id().equals(request.session().id())))
                .toList();
        var operatorRows = operators.list().stream()
                .map(operator -> new OperatorRow(
                        operator.name(),
                        operator.created(),
                        operator.lastSeen(),
                        operator.hasPassphrase() ? "active" : "invited"))
                .toList();
        return PageResponses.page(
                status,
                new AccountPage(request.principal().name(), sessions, operatorRows, problem)
                        .render(layouts.forPage(request, NavigationItem.ACCOUNT)));
    }
}
