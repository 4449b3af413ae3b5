package com.kruxos.operator;

import com.kruxos.admin.OperatorAdmin;
import com.kruxos.dashboard.layout.NavigationItem;
import com.kruxos.dashboard.signin.SignInPage;
import com.kruxos.dashboard.signin.WelcomePage;
import com.kruxos.identity.Operator;
import com.kruxos.identity.OperatorSessions;
import com.kruxos.identity.TooManySignIns;
import com.kruxos.result.Result;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/** Coming in: by a passphrase, or by an invitation to choose one. */
final class SignInPages {
    private static final int FORBIDDEN = 403;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    private final OperatorAdmin operators;
    private final LayoutFactory layouts;
    private final SignInThrottle throttle;

    SignInPages(OperatorAdmin operators, LayoutFactory frames, InstantSource clock) {
        this.operators = operators;
        this.layouts = frames;
        throttle = new SignInThrottle(operators, clock);
    }

    PageResponse showSignIn(PageRequest ask) {
        var next = SignInPage.localPathOrHome(ask.queryParameter("next"));
        return ask.identity() instanceof BrowserIdentity.SignedIn
                ? PageResponse.seeOther(next)
                : renderSignIn(ask, 200, "", next, null);
    }

    PageResponse signIn(PageRequest ask) {
        var name = ask.form().text("name");
        var next = SignInPage.localPathOrHome(ask.form().text("next"));
        var source = ThrottleKey.of(ask.remoteAddress());
        var wait = throttle.beginAttempt(source, ask.remoteAddress(), OperatorAdmin.SIGN_IN);
        if (!wait.isZero()) {
            return withRetryAfter(
                    renderSignIn(ask, TOO_MANY_REQUESTS, name, next, "There were too many tries. " + retryText(wait)),
                    wait);
        }
        try {
            var taken = operators.signIn(name, ask.form().secret("passphrase"), ask.remoteAddress(), ask.userAgent());
            if (taken.isEmpty()) {
                return renderSignIn(ask, FORBIDDEN, name, next, "That name and passphrase do not go together.");
            }
            throttle.recordSuccess(source);
            if (ask.identity() instanceof BrowserIdentity.SignedIn before) {
                operators.signOut(before.session()); // what this browser showed before opens nothing any more
            }
            return signedInRedirect(taken.get(), next);
        } catch (TooManySignIns e) {
            return renderSignIn(
                    ask, UNAVAILABLE, name, next, "Too many people are signing in. Try again in a few seconds.");
        }
    }

    PageResponse showWelcome(PageRequest ask) {
        var code = ask.path("code");
        return PageResponse.page(
                renderWelcome(code, requireInvited(code), null).render(layouts.forPage(ask, NavigationItem.NONE)));
    }

    PageResponse choosePassphrase(PageRequest ask) {
        var code = ask.form().text("code");
        var source = ThrottleKey.of(ask.remoteAddress());
        var wait = throttle.beginAttempt(source, ask.remoteAddress(), OperatorAdmin.CHOOSE_PASSPHRASE);
        if (!wait.isZero()) {
            throw new PageError(TOO_MANY_REQUESTS, "Too many tries", "this address tried too often", retryText(wait));
        }
        var invited = operators.findInvited(code.getBytes(StandardCharsets.UTF_8));
        if (invited.isEmpty()) {
            throttle.recordRefusal(
                    ask.remoteAddress(), OperatorAdmin.CHOOSE_PASSPHRASE, "invalid or expired invitation");
            throw invalidInvitation();
        }
        var operator = invited.get();
        var passphrase = ask.form().secret("passphrase");
        if (!Arrays.equals(passphrase, ask.form().secret("again"))) {
            throttle.recordSuccess(source);
            return showProblem(ask, renderWelcome(code, operator, "The two passphrases are not the same."));
        }
        try {
            var answer = operators.acceptInvitation(
                    code.getBytes(StandardCharsets.US_ASCII), passphrase, ask.remoteAddress(), ask.userAgent());
            throttle.recordSuccess(source);
            return switch (answer) {
                case Result.Done<OperatorSessions.NewOperatorSession>(var taken) -> signedInRedirect(taken, "/");
                case Result.Refused<OperatorSessions.NewOperatorSession>(var reason, var detail, var hint) ->
                    showProblem(ask, renderWelcome(code, operator, sentence(detail) + " " + sentence(hint)));
            };
        } catch (TooManySignIns e) {
            return renderWelcome(
                    ask,
                    UNAVAILABLE,
                    renderWelcome(code, operator, "Too much is going on. Try again in a few seconds."));
        }
    }

    PageResponse signOut(PageRequest ask) {
        operators.signOut(ask.session());
        return signedOutRedirect();
    }

    /** Nobody is signed in here any more. */
    static PageResponse signedOutRedirect() {
        return PageResponse.seeOther("/sign-in")
                .withHeader(HttpHeader.SET_COOKIE, DashboardCookies.deleteCookie(DashboardCookies.SESSION))
                .withHeader(HttpHeader.SET_COOKIE, DashboardCookies.deleteCookie(DashboardCookies.ANONYMOUS));
    }

    /** Always with a key nobody had before: what a page was asked for with opens nothing afterwards. */
    static PageResponse signedInRedirect(OperatorSessions.NewOperatorSession taken, String next) {
        try (taken) {
            return PageResponse.seeOther(next)
                    .withHeader(
                            HttpHeader.SET_COOKIE,
                            DashboardCookies.setCookie(
                                    DashboardCookies.SESSION, taken.key().ascii()))
                    .withHeader(HttpHeader.SET_COOKIE, DashboardCookies.deleteCookie(DashboardCookies.ANONYMOUS));
        }
    }

    /** As a person writes it; a command is written as it is typed. */
    static String sentence(String text) {
        if (text.isEmpty()) {
            return "";
        }
        var first = text.startsWith("kruxos ") ? text.charAt(0) : Character.toUpperCase(text.charAt(0));
        return first + text.substring(1) + ".";
    }

    private Operator requireInvited(String code) {
        return operators.findInvited(code.getBytes(StandardCharsets.UTF_8)).orElseThrow(SignInPages::invalidInvitation);
    }

    private static PageError invalidInvitation() {
        return new PageError(
                404,
                "This invitation counts no more",
                "it was used, or it has ended",
                "On the machine itself, kruxos operator reset-passphrase NAME prints another one.");
    }

    private static WelcomePage renderWelcome(String code, Operator operator, @Nullable String problem) {
        return new WelcomePage(code, operator.name(), operator.lastSeen() == null, problem);
    }

    private PageResponse showProblem(PageRequest ask, WelcomePage page) {
        return renderWelcome(ask, 422, page);
    }

    private PageResponse renderWelcome(PageRequest ask, int status, WelcomePage page) {
        return PageResponse.page(status, page.render(layouts.forPage(ask, NavigationItem.NONE)));
    }

    private PageResponse renderSignIn(PageRequest ask, int status, String name, String next, @Nullable String problem) {
        var frame = operators.list().stream().anyMatch(Operator::hasPassphrase)
                ? layouts.forPage(ask, NavigationItem.NONE)
                : layouts.create(
                        ask,
                        NavigationItem.NONE,
                        "Nobody can sign in yet.",
                        "On the machine itself, kruxos operator add NAME prints a link to begin with.");
        return PageResponse.page(status, new SignInPage(name, next, problem).render(frame));
    }

    private static PageResponse withRetryAfter(PageResponse page, Duration wait) {
        return page.withHeader(HttpHeader.RETRY_AFTER, Long.toString(roundUpToSeconds(wait)));
    }

    private static String retryText(Duration wait) {
        return "Try again in " + roundUpToSeconds(wait) + " s.";
    }

    private static long roundUpToSeconds(Duration wait) {
        return wait.plusMillis(999).toSeconds();
    }
}
