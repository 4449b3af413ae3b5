package com.kruxos.operator;

import com.kruxos.admin.OperatorAdmin;
import com.kruxos.dashboard.account.AccountPage;
import com.kruxos.dashboard.account.BrowserRow;
import com.kruxos.dashboard.account.OperatorRow;
import com.kruxos.dashboard.layout.NavigationItem;
import com.kruxos.identity.OperatorSessions;
import com.kruxos.identity.TooManySignIns;
import com.kruxos.result.Result;
import java.time.InstantSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What operators do about their own way in. */
final class AccountPages {
    private final OperatorAdmin operators;
    private final LayoutFactory layouts;
    private final FlashMessages flashMessages;

    /** By operator: whoever found a browser open must not try passphrases in it. */
    private final SignInThrottle throttle;

    AccountPages(OperatorAdmin operators, LayoutFactory frames, FlashMessages notices, InstantSource clock) {
        this.operators = operators;
        this.layouts = frames;
        this.flashMessages = notices;
        throttle = new SignInThrottle(operators, clock);
    }

    PageResponse show(PageRequest ask) {
        return render(ask, 200, null);
    }

    PageResponse changePassphrase(PageRequest ask) {
        var form = ask.form();
        if (!Arrays.equals(form.secret("passphrase"), form.secret("again"))) {
            return render(ask, 422, "The two new passphrases are not the same.");
        }
        var wait = throttle.beginAttempt(ask.principal().id(), ask.remoteAddress(), OperatorAdmin.CHANGE_PASSPHRASE);
        if (!wait.isZero()) {
            return render(ask, 429, "There were too many tries. Try again in a minute.");
        }
        try {
            return switch (operators.changePassphrase(
                    ask.session(), form.secret("current"), form.secret("passphrase"))) {
                case Result.Done<OperatorSessions.NewOperatorSession>(var taken) -> {
                    throttle.recordSuccess(ask.principal().id());
                    flashMessages.putDone(
                            taken.session().id(), "The passphrase is changed. You are signed out everywhere else.");
                    yield SignInPages.signedInRedirect(taken, "/account");
                }
                case Result.Refused<OperatorSessions.NewOperatorSession>(var reason, var detail, var hint) ->
                    render(ask, 422, SignInPages.sentence(detail) + " " + SignInPages.sentence(hint));
            };
        } catch (TooManySignIns e) {
            return render(ask, 503, "Too much is going on. Try again in a few seconds.");
        }
    }

    PageResponse endSession(PageRequest ask) {
        return switch (operators.endSession(ask.session(), ask.path("seat"))) {
            case Result.Done<OperatorAdmin.EndedSessions> _ -> {
                flashMessages.putDone(ask.session().id(), "That browser is signed out.");
                yield PageResponse.seeOther("/account");
            }
            case Result.Refused<OperatorAdmin.EndedSessions> refused -> throw PageError.of(refused);
        };
    }

    PageResponse signOutEverywhere(PageRequest ask) {
        operators.signOutEverywhere(ask.session());
        return SignInPages.signedOutRedirect();
    }

    private PageResponse render(PageRequest ask, int status, @Nullable String problem) {
        var seats = operators.sessionsOf(ask.principal().id()).stream()
                .map(seat -> new BrowserRow(
                        seat.id(),
                        seat.origin(),
                        seat.browser(),
                        seat.signedIn(),
                        seat.lastActive(),
                        seat.id().equals(ask.session().id())))
                .toList();
        var all = operators.list().stream()
                .map(operator -> new OperatorRow(
                        operator.name(),
                        operator.created(),
                        operator.lastSeen(),
                        operator.hasPassphrase() ? "active" : "invited"))
                .toList();
        return PageResponse.page(
                status,
                new AccountPage(ask.principal().name(), seats, all, problem)
                        .render(layouts.forPage(ask, NavigationItem.ACCOUNT)));
    }
}
