package com.kruxos.operator;

import com.kruxos.admin.OperatorAdmin;
import com.kruxos.dashboard.layout.NavigationItem;
import com.kruxos.dashboard.signin.SignInPage;
import com.kruxos.dashboard.signin.WelcomePage;
import com.kruxos.identity.Operator;
import com.kruxos.identity.OperatorSessions;
import com.kruxos.identity.TooManySignIns;
import com.kruxos.result.Result;
import com.kruxos.web.http.ProblemException;
import com.kruxos.web.http.WebResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/** Sign-in by passphrase, and the choice of a passphrase with an invitation. */
final class SignInPages {
    private static final int FORBIDDEN = 403;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    private final OperatorAdmin operators;
    private final LayoutFactory layouts;
    private final SignInThrottle throttle;

    SignInPages(OperatorAdmin operators, LayoutFactory layouts, InstantSource clock) {
        this.operators = operators;
        this.layouts = layouts;
        throttle = new SignInThrottle(operators, clock);
    }

    WebResponse showSignIn(PageRequest request) {
        var next = SignInPage.localPathOrHome(request.queryParameter("next"));
        return request.identity() instanceof BrowserIdentity.SignedIn
                ? WebResponse.seeOther(next)
                : renderSignIn(request, 200, "", next, null);
    }

    WebResponse signIn(PageRequest request) {
        var name = request.form().text("name");
        var next = SignInPage.localPathOrHome(request.form().text("next"));
        var source = ThrottleKey.of(request.remoteAddress());
        var wait = throttle.beginAttempt(source, request.remoteAddress(), OperatorAdmin.SIGN_IN);
        if (!wait.isZero()) {
            return withRetryAfter(
                    renderSignIn(request, TOO_MANY_REQUESTS, name, next, "Too many attempts. " + retryText(wait)),
                    wait);
        }
        try {
            var opened = operators.signIn(
                    name, request.form().secret("passphrase"), request.remoteAddress(), request.userAgent());
            if (opened.isEmpty()) {
                return renderSignIn(request, FORBIDDEN, name, next, "Wrong name or passphrase.");
            }
            throttle.recordSuccess(source);
            if (request.identity() instanceof BrowserIdentity.SignedIn before) {
                operators.signOut(before.session()); // the old session of this browser
            }
            return signedInRedirect(opened.get(), next);
        } catch (TooManySignIns e) {
            return renderSignIn(
                    request, UNAVAILABLE, name, next, "Too many sign-ins at once. Try again in a few seconds.");
        }
    }

    WebResponse showWelcome(PageRequest request) {
        var code = request.path("code");
        return PageResponses.page(
                renderWelcome(code, requireInvited(code), null).render(layouts.forPage(request, NavigationItem.NONE)));
    }

    WebResponse choosePassphrase(PageRequest request) {
        var code = request.form().text("code");
        var source = ThrottleKey.of(request.remoteAddress());
        var wait = throttle.beginAttempt(source, request.remoteAddress(), OperatorAdmin.CHOOSE_PASSPHRASE);
        if (!wait.isZero()) {
            throw PageErrors.of(
                    TOO_MANY_REQUESTS,
                    "Too many attempts",
                    "too many attempts from this address",
                    "try again in " + roundUpToSeconds(wait) + " s");
        }
        var invited = operators.findInvited(code.getBytes(StandardCharsets.UTF_8));
        if (invited.isEmpty()) {
            throttle.recordRefusal(
                    request.remoteAddress(), OperatorAdmin.CHOOSE_PASSPHRASE, "invalid or expired invitation");
            throw invalidInvitation();
        }
        var operator = invited.get();
        var passphrase = request.form().secret("passphrase");
        if (!Arrays.equals(passphrase, request.form().secret("again"))) {
            throttle.recordSuccess(source);
            return showProblem(request, renderWelcome(code, operator, "The two passphrases are not the same."));
        }
        try {
            var answer = operators.acceptInvitation(
                    code.getBytes(StandardCharsets.US_ASCII), passphrase, request.remoteAddress(), request.userAgent());
            throttle.recordSuccess(source);
            return switch (answer) {
                case Result.Done<OperatorSessions.NewOperatorSession>(var opened) -> signedInRedirect(opened, "/");
                case Result.Refused<OperatorSessions.NewOperatorSession>(var reason, var detail, var hint) ->
                    showProblem(
                            request,
                            renderWelcome(
                                    code,
                                    operator,
                                    PageResponses.sentence(detail) + " " + PageResponses.sentence(hint)));
            };
        } catch (TooManySignIns e) {
            return renderWelcome(
                    request,
                    UNAVAILABLE,
                    renderWelcome(code, operator, "Too many sign-ins at once. Try again in a few seconds."));
        }
    }

    WebResponse signOut(PageRequest request) {
        operators.signOut(request.session());
        return signedOutRedirect();
    }

    /** Deletes the cookies. */
    static WebResponse signedOutRedirect() {
        return WebResponse.seeOther("/sign-in")
                .add(HttpHeader.SET_COOKIE, DashboardCookies.deleteCookie(DashboardCookies.SESSION))
                .add(HttpHeader.SET_COOKIE, DashboardCookies.deleteCookie(DashboardCookies.ANONYMOUS));
    }

    /** Sets the key of a new session, never one that the browser sent: that prevents session fixation. */
    static WebResponse signedInRedirect(OperatorSessions.NewOperatorSession opened, String next) {
        try (opened) {
            return WebResponse.seeOther(next)
                    .add(
                            HttpHeader.SET_COOKIE,
                            DashboardCookies.setCookie(
                                    DashboardCookies.SESSION, opened.key().ascii()))
                    .add(HttpHeader.SET_COOKIE, DashboardCookies.deleteCookie(DashboardCookies.ANONYMOUS));
        }
    }

    private Operator requireInvited(String code) {
        return operators.findInvited(code.getBytes(StandardCharsets.UTF_8)).orElseThrow(SignInPages::invalidInvitation);
    }

    private static ProblemException invalidInvitation() {
        return PageErrors.of(
                404,
                "Invalid invitation",
                "it was used, or it has expired",
                "kruxos operator reset-passphrase NAME prints a new one, in a terminal on the appliance");
    }

    private static WelcomePage renderWelcome(String code, Operator operator, @Nullable String problem) {
        return new WelcomePage(code, operator.name(), operator.lastSeen() == null, problem);
    }

    private WebResponse showProblem(PageRequest request, WelcomePage page) {
        return renderWelcome(request, 422, page);
    }

    private WebResponse renderWelcome(PageRequest request, int status, WelcomePage page) {
        return PageResponses.page(status, page.render(layouts.forPage(request, NavigationItem.NONE)));
    }

    private WebResponse renderSignIn(
            PageRequest request, int status, String name, String next, @Nullable String problem) {
        var layout = operators.list().stream().anyMatch(Operator::hasPassphrase)
                ? layouts.forPage(request, NavigationItem.NONE)
                : layouts.create(
                        request,
                        NavigationItem.NONE,
                        "No operator has a passphrase yet.",
                        "In a terminal on the appliance, kruxos operator add NAME prints a link.");
        return PageResponses.page(status, new SignInPage(name, next, problem).render(layout));
    }

    private static WebResponse withRetryAfter(WebResponse page, Duration wait) {
        return page.add(HttpHeader.RETRY_AFTER, Long.toString(roundUpToSeconds(wait)));
    }

    private static String retryText(Duration wait) {
        return "Try again in " + roundUpToSeconds(wait) + " s.";
    }

    private static long roundUpToSeconds(Duration wait) {
        return wait.plusMillis(999).toSeconds();
    }
}
