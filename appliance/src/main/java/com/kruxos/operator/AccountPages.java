package com.kruxos.operator;

import com.kruxos.admin.OperatorAdmin;
import com.kruxos.dashboard.Account;
import com.kruxos.dashboard.OperatorRow;
import com.kruxos.dashboard.Pages;
import com.kruxos.dashboard.Seat;
import com.kruxos.dashboard.Section;
import com.kruxos.identity.OperatorSessions;
import com.kruxos.identity.TooManySignIns;
import com.kruxos.result.Result;
import java.time.InstantSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What operators do about their own way in. */
final class AccountPages {
    private final OperatorAdmin operators;
    private final Pages pages;
    private final Frames frames;
    private final Notices notices;

    /** By operator: whoever found a browser open must not try passphrases in it. */
    private final Tries tries;

    AccountPages(OperatorAdmin operators, Pages pages, Frames frames, Notices notices, InstantSource clock) {
        this.operators = operators;
        this.pages = pages;
        this.frames = frames;
        this.notices = notices;
        tries = new Tries(operators, clock);
    }

    Reply show(Ask ask) {
        return page(ask, 200, null);
    }

    Reply passphrase(Ask ask) {
        var form = ask.form();
        if (!Arrays.equals(form.secret("passphrase"), form.secret("again"))) {
            return page(ask, 422, "The two new passphrases are not the same.");
        }
        var wait = tries.begin(ask.who().id(), ask.origin(), OperatorAdmin.CHANGE);
        if (!wait.isZero()) {
            return page(ask, 429, "There were too many tries. Try again in a minute.");
        }
        try {
            return switch (operators.change(ask.seat(), form.secret("current"), form.secret("passphrase"))) {
                case Result.Done<OperatorSessions.NewOperatorSession>(var taken) -> {
                    tries.succeeded(ask.who().id());
                    notices.done(
                            taken.session().id(), "The passphrase is changed. You are signed out everywhere else.");
                    yield SignInPages.seated(taken, "/account");
                }
                case Result.Refused<OperatorSessions.NewOperatorSession>(var reason, var detail, var hint) ->
                    page(ask, 422, SignInPages.sentence(detail) + " " + SignInPages.sentence(hint));
            };
        } catch (TooManySignIns e) {
            return page(ask, 503, "Too much is going on. Try again in a few seconds.");
        }
    }

    Reply endSeat(Ask ask) {
        return switch (operators.endSeat(ask.seat(), ask.path("seat"))) {
            case Result.Done<OperatorAdmin.Ended> _ -> {
                notices.done(ask.seat().id(), "That browser is signed out.");
                yield Reply.seeOther("/account");
            }
            case Result.Refused<OperatorAdmin.Ended> refused -> throw Unacceptable.of(refused);
        };
    }

    Reply signOutEverywhere(Ask ask) {
        operators.signOutEverywhere(ask.seat());
        return SignInPages.out();
    }

    private Reply page(Ask ask, int status, @Nullable String problem) {
        var seats = operators.seats(ask.who().id()).stream()
                .map(seat -> new Seat(
                        seat.id(),
                        seat.origin(),
                        seat.browser(),
                        seat.signedIn(),
                        seat.lastActive(),
                        seat.id().equals(ask.seat().id())))
                .toList();
        var all = operators.list().stream()
                .map(operator -> new OperatorRow(
                        operator.name(),
                        operator.created(),
                        operator.lastSeen(),
                        operator.hasPassphrase() ? "active" : "invited"))
                .toList();
        return Reply.page(
                status,
                pages.account(
                        frames.of(ask, Section.ACCOUNT), new Account(ask.who().name(), seats, all, problem)));
    }
}
