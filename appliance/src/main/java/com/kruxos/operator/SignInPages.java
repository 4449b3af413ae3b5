package com.kruxos.operator;

import com.kruxos.admin.OperatorAdmin;
import com.kruxos.dashboard.Pages;
import com.kruxos.dashboard.Section;
import com.kruxos.dashboard.SignIn;
import com.kruxos.dashboard.Welcome;
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
    private static final int REFUSED = 403;
    private static final int TOO_MANY = 429;
    private static final int BUSY = 503;

    private final OperatorAdmin operators;
    private final Pages pages;
    private final Frames frames;
    private final Tries tries;

    SignInPages(OperatorAdmin operators, Pages pages, Frames frames, InstantSource clock) {
        this.operators = operators;
        this.pages = pages;
        this.frames = frames;
        tries = new Tries(operators, clock);
    }

    Reply ask(Ask ask) {
        var next = SignIn.local(ask.query("next"));
        return ask.visitor() instanceof Visitor.Seated ? Reply.seeOther(next) : page(ask, 200, "", next, null);
    }

    Reply signIn(Ask ask) {
        var name = ask.form().text("name");
        var next = SignIn.local(ask.form().text("next"));
        var source = Source.of(ask.origin());
        var wait = tries.begin(source, ask.origin(), OperatorAdmin.SIGN_IN);
        if (!wait.isZero()) {
            return tooMany(page(ask, TOO_MANY, name, next, "There were too many tries. " + again(wait)), wait);
        }
        try {
            var taken = operators.signIn(name, ask.form().secret("passphrase"), ask.origin(), ask.browser());
            if (taken.isEmpty()) {
                return page(ask, REFUSED, name, next, "That name and passphrase do not go together.");
            }
            tries.succeeded(source);
            if (ask.visitor() instanceof Visitor.Seated before) {
                operators.signOut(before.seat()); // what this browser showed before opens nothing any more
            }
            return seated(taken.get(), next);
        } catch (TooManySignIns e) {
            return page(ask, BUSY, name, next, "Too many people are signing in. Try again in a few seconds.");
        }
    }

    Reply welcome(Ask ask) {
        var code = ask.path("code");
        return Reply.page(pages.welcome(frames.of(ask, Section.NONE), welcome(code, invited(code), null)));
    }

    Reply choose(Ask ask) {
        var code = ask.form().text("code");
        var source = Source.of(ask.origin());
        var wait = tries.begin(source, ask.origin(), OperatorAdmin.CHOOSE);
        if (!wait.isZero()) {
            throw new Unacceptable(TOO_MANY, "Too many tries", "this address tried too often", again(wait));
        }
        var invited = operators.invited(code.getBytes(StandardCharsets.UTF_8));
        if (invited.isEmpty()) {
            tries.refused(ask.origin(), OperatorAdmin.CHOOSE, "no invitation that counts");
            throw noInvitation();
        }
        var operator = invited.get();
        var passphrase = ask.form().secret("passphrase");
        if (!Arrays.equals(passphrase, ask.form().secret("again"))) {
            tries.succeeded(source);
            return refused(ask, welcome(code, operator, "The two passphrases are not the same."));
        }
        try {
            var answer =
                    operators.accept(code.getBytes(StandardCharsets.US_ASCII), passphrase, ask.origin(), ask.browser());
            tries.succeeded(source);
            return switch (answer) {
                case Result.Done<OperatorSessions.NewOperatorSession>(var taken) -> seated(taken, "/");
                case Result.Refused<OperatorSessions.NewOperatorSession>(var reason, var detail, var hint) ->
                    refused(ask, welcome(code, operator, sentence(detail) + " " + sentence(hint)));
            };
        } catch (TooManySignIns e) {
            return welcome(ask, BUSY, welcome(code, operator, "Too much is going on. Try again in a few seconds."));
        }
    }

    Reply signOut(Ask ask) {
        operators.signOut(ask.seat());
        return out();
    }

    /** Nobody is signed in here any more. */
    static Reply out() {
        return Reply.seeOther("/sign-in")
                .with(HttpHeader.SET_COOKIE, Cookies.end(Cookies.SEAT))
                .with(HttpHeader.SET_COOKIE, Cookies.end(Cookies.VISIT));
    }

    /** Always with a key nobody had before: what a page was asked for with opens nothing afterwards. */
    static Reply seated(OperatorSessions.NewOperatorSession taken, String next) {
        try (taken) {
            return Reply.seeOther(next)
                    .with(
                            HttpHeader.SET_COOKIE,
                            Cookies.set(Cookies.SEAT, taken.key().ascii()))
                    .with(HttpHeader.SET_COOKIE, Cookies.end(Cookies.VISIT));
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

    private Operator invited(String code) {
        return operators.invited(code.getBytes(StandardCharsets.UTF_8)).orElseThrow(SignInPages::noInvitation);
    }

    private static Unacceptable noInvitation() {
        return new Unacceptable(
                404,
                "This invitation counts no more",
                "it was used, or it has ended",
                "On the machine itself, kruxos operator reset-passphrase NAME prints another one.");
    }

    private static Welcome welcome(String code, Operator operator, @Nullable String problem) {
        return new Welcome(code, operator.name(), operator.lastSeen() == null, problem);
    }

    private Reply refused(Ask ask, Welcome page) {
        return welcome(ask, 422, page);
    }

    private Reply welcome(Ask ask, int status, Welcome page) {
        return Reply.page(status, pages.welcome(frames.of(ask, Section.NONE), page));
    }

    private Reply page(Ask ask, int status, String name, String next, @Nullable String problem) {
        var frame = operators.list().stream().anyMatch(Operator::hasPassphrase)
                ? frames.of(ask, Section.NONE)
                : frames.of(
                        ask,
                        Section.NONE,
                        "Nobody can sign in yet.",
                        "On the machine itself, kruxos operator add NAME prints a link to begin with.");
        return Reply.page(status, pages.signIn(frame, new SignIn(name, next, problem)));
    }

    private static Reply tooMany(Reply page, Duration wait) {
        return page.with(HttpHeader.RETRY_AFTER, Long.toString(seconds(wait)));
    }

    private static String again(Duration wait) {
        return "Try again in " + seconds(wait) + " s.";
    }

    private static long seconds(Duration wait) {
        return wait.plusMillis(999).toSeconds();
    }
}
