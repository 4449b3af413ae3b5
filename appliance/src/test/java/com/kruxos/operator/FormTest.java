package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.TestAppliance;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Row K4: a form that is not as we take it is refused, in words, and nothing of it is done. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FormTest {
    /** A form the door would take, but for what is added. */
    private static final String GOOD = "purpose=&space=default&expires=&name=";

    private static final String TYPE = "application/x-www-form-urlencoded";

    /** What is wrong with a form. */
    record Wrong(String what, String type, String body, int status, String told) {
        Wrong(String what, String body, String told) {
            this(what, TYPE, body, 400, told);
        }

        @Override
        public String toString() {
            return what;
        }
    }

    private TestAppliance trial;
    private Browser ada;

    @BeforeAll
    void start(@TempDir Path folder) {
        trial = TestAppliance.start(folder);
        ada = Browser.seated(trial, "ada");
        ada.get("/agents/new"); // for its proof
    }

    @AfterAll
    void stop() {
        ada.close();
        trial.close();
    }

    /** {@code *} is where the proof stands, and each is whole but for the one thing. */
    static List<Wrong> wrong() {
        return List.of(
                new Wrong("no hexadecimal digits", "*&" + GOOD + "a%zz", "It is not percent-encoded."),
                new Wrong("a digit and something else", "*&" + GOOD + "a%4g", "It is not percent-encoded."),
                new Wrong("nothing behind the percent", "*&" + GOOD + "a%", "It is not percent-encoded."),
                new Wrong("one digit and the end", "*&" + GOOD + "a%4", "It is not percent-encoded."),
                new Wrong("the second digit is another field's", "*&" + GOOD + "a%4&1=", "It is not percent-encoded."),
                new Wrong("a name with a broken percent", "*&" + GOOD + "a&%x1=", "It is not percent-encoded."),
                new Wrong("not ASCII behind the percent", "*&" + GOOD + "a%é1", "It is not percent-encoded."),
                new Wrong("a field twice", "*&" + GOOD + "a&name=b", "one of them twice."),
                new Wrong("a field twice, once encoded", "*&" + GOOD + "a&n%61me=b", "one of them twice."),
                new Wrong("the proof twice", "*&*&" + GOOD + "a", "one of them twice."),
                new Wrong("33 fields", "*&" + more(28) + "&" + GOOD + "a", "It has more than 32 fields"),
                new Wrong("a field without a name", "*&=x&" + GOOD + "a", "A field has no name."),
                new Wrong("an equals sign alone", "*&=&" + GOOD + "a", "A field has no name."),
                new Wrong("half a character", "*&" + GOOD + "a%C3", "It is not in UTF-8."),
                new Wrong("a slash in two bytes", "*&" + GOOD + "a%C0%AF", "It is not in UTF-8."),
                new Wrong("half a pair", "*&" + GOOD + "a%ED%A0%80", "It is not in UTF-8."),
                new Wrong("a name that is none", "*&%FF=x&" + GOOD + "a", "It is not in UTF-8."),
                new Wrong("in a purpose", "*&name=a&space=default&expires=&purpose=%FF", "It is not in UTF-8."),
                new Wrong(
                        "too large", TYPE, "*&" + GOOD + "a&x=" + "x".repeat(Form.LARGEST), 413, "at most 16384 bytes"),
                new Wrong("other text", "text/plain", "*&" + GOOD + "a", 415, "not declared as " + TYPE),
                new Wrong("other forms", "multipart/form-data; boundary=x", "*&" + GOOD + "a", 415, "not declared as"),
                new Wrong("a longer name of a type", TYPE + "x", "*&" + GOOD + "a", 415, "not declared as"),
                new Wrong("no type", "", "*&" + GOOD + "a", 415, "not declared as"));
    }

    /** Red when the throw of its line in Form is taken away. */
    @ParameterizedTest
    @MethodSource("wrong")
    void itIsRefusedInWordsAndNothingIsDone(Wrong wrong) {
        var before = everything();
        var answer = send(wrong.type(), wrong.body());
        assertThat(answer.status()).as(answer.body()).isEqualTo(wrong.status());
        assertThat(answer.body()).contains(wrong.told());
        assertThat(everything()).isEqualTo(before);
        assertThat(ada.get("/account").status()).isEqualTo(200);
    }

    /** The same forms without what is wrong, at the bounds: else the test above would show nothing. */
    @Test
    void upToItsBoundsItIsTaken() {
        var whole = "*&" + GOOD;
        var taken = Map.of(
                "plain", whole + "plain",
                "encoded", whole + "%65ncode%64",
                "fields", "*&" + more(27) + "&" + GOOD + "fields",
                "gaps", "&&*&&" + GOOD + "gaps&",
                "bare", "*&x&" + GOOD + "bare",
                "large", padded(whole + "large&x="));
        for (var form : taken.entrySet()) {
            var type = form.getKey().equals("plain") ? "Application/X-WWW-form-urlencoded ; charset=UTF-8" : TYPE;
            var answer = send(type, form.getValue());
            assertThat(answer.status()).as(form.getKey() + answer.body()).isEqualTo(200);
            assertThat(trial.adminClient().get("/agents/" + form.getKey()).status())
                    .isEqualTo(200);
        }
        var purpose = send(TYPE, "*&name=purpose&space=default&expires=&purpose=a+b%2Bc%26d%3d+%C3%BC%f0%9f%90%a2");
        assertThat(purpose.status()).isEqualTo(200);
        assertThat(trial.adminClient()
                        .get("/agents/purpose")
                        .json()
                        .path("purpose")
                        .asString())
                .isEqualTo("a b+c&d= ü🐢");
    }

    /** Who is not signed in is refused the same, and not by a wrong passphrase's counter. */
    @Test
    void theWayInTakesNoOther() {
        try (var guest = Browser.at(trial)) {
            guest.get("/sign-in");
            for (var i = 0; i < 10; i++) {
                var body = "csrf=" + guest.csrf + "&next=&name=%FF&passphrase=" + "x".repeat(20);
                var answer =
                        guest.send("POST", "/sign-in", HttpRequest.BodyPublishers.ofString(body), "Content-Type", TYPE);
                assertThat(answer.status()).isEqualTo(400);
            }
            assertThat(guest.signIn("ada", Browser.PASSPHRASE).status()).isEqualTo(303);
        }
    }

    private Browser.Page send(String type, String body) {
        var publisher =
                HttpRequest.BodyPublishers.ofString(body.replace("*", "csrf=" + ada.csrf), StandardCharsets.UTF_8);
        return type.isEmpty()
                ? ada.send("POST", "/agents", publisher)
                : ada.send("POST", "/agents", publisher, "Content-Type", type);
    }

    /** To the last byte there may be. */
    private String padded(String form) {
        var length = form.replace("*", "csrf=" + ada.csrf).length();
        return form + "x".repeat(Form.LARGEST - length);
    }

    private static String more(int count) {
        return IntStream.range(0, count).mapToObj(at -> "x" + at + "=").collect(Collectors.joining("&"));
    }

    private List<String> everything() {
        return List.of(
                trial.adminClient().get("/agents").body(),
                trial.adminClient().get("/audit?kind=admin.opened&limit=500").body());
    }
}
