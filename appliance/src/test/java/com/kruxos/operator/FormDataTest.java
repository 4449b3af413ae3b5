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

/** Invalid forms are refused with an explanation, and change nothing. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FormDataTest {
    /** Valid but for the name, which each case adds. */
    private static final String VALID_FIELDS = "purpose=&space=default&expires=&name=";

    private static final String FORM_TYPE = "application/x-www-form-urlencoded";

    record InvalidForm(String description, String contentType, String body, int status, String expectedText) {
        InvalidForm(String what, String body, String told) {
            this(what, FORM_TYPE, body, 400, told);
        }

        @Override
        public String toString() {
            return description;
        }
    }

    private TestAppliance appliance;
    private DashboardClient client;

    @BeforeAll
    void start(@TempDir Path folder) {
        appliance = TestAppliance.start(folder);
        client = DashboardClient.signedIn(appliance, "ada");
        client.get("/agents/new"); // for the CSRF token
    }

    @AfterAll
    void stop() {
        client.close();
        appliance.close();
    }

    /** {@code *} is replaced by the CSRF token; each form has exactly one error. */
    static List<InvalidForm> invalidForms() {
        return List.of(
                new InvalidForm("no hexadecimal digits", "*&" + VALID_FIELDS + "a%zz", "It is not percent-encoded."),
                new InvalidForm(
                        "a digit and something else", "*&" + VALID_FIELDS + "a%4g", "It is not percent-encoded."),
                new InvalidForm(
                        "nothing after the percent sign", "*&" + VALID_FIELDS + "a%", "It is not percent-encoded."),
                new InvalidForm("one digit and the end", "*&" + VALID_FIELDS + "a%4", "It is not percent-encoded."),
                new InvalidForm(
                        "the second digit is another field's",
                        "*&" + VALID_FIELDS + "a%4&1=",
                        "It is not percent-encoded."),
                new InvalidForm(
                        "a name with a broken percent", "*&" + VALID_FIELDS + "a&%x1=", "It is not percent-encoded."),
                new InvalidForm(
                        "not ASCII after the percent sign", "*&" + VALID_FIELDS + "a%é1", "It is not percent-encoded."),
                new InvalidForm("a field twice", "*&" + VALID_FIELDS + "a&name=b", "or a field twice."),
                new InvalidForm("a field twice, once encoded", "*&" + VALID_FIELDS + "a&n%61me=b", "or a field twice."),
                new InvalidForm("the CSRF token twice", "*&*&" + VALID_FIELDS + "a", "or a field twice."),
                new InvalidForm(
                        "33 fields", "*&" + extraFields(28) + "&" + VALID_FIELDS + "a", "It has more than 32 fields"),
                new InvalidForm("a field without a name", "*&=x&" + VALID_FIELDS + "a", "A field has no name."),
                new InvalidForm("an equals sign alone", "*&=&" + VALID_FIELDS + "a", "A field has no name."),
                new InvalidForm("half a character", "*&" + VALID_FIELDS + "a%C3", "It is not in UTF-8."),
                new InvalidForm("a slash in two bytes", "*&" + VALID_FIELDS + "a%C0%AF", "It is not in UTF-8."),
                new InvalidForm("half a pair", "*&" + VALID_FIELDS + "a%ED%A0%80", "It is not in UTF-8."),
                new InvalidForm("a name that is none", "*&%FF=x&" + VALID_FIELDS + "a", "It is not in UTF-8."),
                new InvalidForm("in a purpose", "*&name=a&space=default&expires=&purpose=%FF", "It is not in UTF-8."),
                new InvalidForm(
                        "too large",
                        FORM_TYPE,
                        "*&" + VALID_FIELDS + "a&x=" + "x".repeat(FormData.MAX_BYTES),
                        413,
                        "limit of 16384 bytes"),
                new InvalidForm("other text", "text/plain", "*&" + VALID_FIELDS + "a", 415, "is not " + FORM_TYPE),
                new InvalidForm(
                        "other forms",
                        "multipart/form-data; boundary=x",
                        "*&" + VALID_FIELDS + "a",
                        415,
                        "is not " + FORM_TYPE),
                new InvalidForm(
                        "a longer name of a type",
                        FORM_TYPE + "x",
                        "*&" + VALID_FIELDS + "a",
                        415,
                        "is not " + FORM_TYPE),
                new InvalidForm("no type", "", "*&" + VALID_FIELDS + "a", 415, "is not " + FORM_TYPE));
    }

    /** Each case fails without its check in {@code FormData}. */
    @ParameterizedTest
    @MethodSource("invalidForms")
    void anInvalidFormIsRefusedAndChangesNothing(InvalidForm wrong) {
        var before = observableState();
        var answer = send(wrong.contentType(), wrong.body());
        assertThat(answer.status()).as(answer.body()).isEqualTo(wrong.status());
        assertThat(answer.body()).contains(wrong.expectedText());
        assertThat(observableState()).isEqualTo(before);
        assertThat(client.get("/account").status()).isEqualTo(200);
    }

    /** The same forms without the error, at the limits. */
    @Test
    void validFormsUpToTheLimitsAreAccepted() {
        var whole = "*&" + VALID_FIELDS;
        var taken = Map.of(
                "plain", whole + "plain",
                "encoded", whole + "%65ncode%64",
                "fields", "*&" + extraFields(27) + "&" + VALID_FIELDS + "fields",
                "gaps", "&&*&&" + VALID_FIELDS + "gaps&",
                "bare", "*&x&" + VALID_FIELDS + "bare",
                "large", padToMaxSize(whole + "large&x="));
        for (var form : taken.entrySet()) {
            var type = form.getKey().equals("plain") ? "Application/X-WWW-form-urlencoded ; charset=UTF-8" : FORM_TYPE;
            var answer = send(type, form.getValue());
            assertThat(answer.status()).as(form.getKey() + answer.body()).isEqualTo(200);
            assertThat(appliance.adminClient().get("/agents/" + form.getKey()).status())
                    .isEqualTo(200);
        }
        var purpose =
                send(FORM_TYPE, "*&name=purpose&space=default&expires=&purpose=a+b%2Bc%26d%3d+%C3%BC%f0%9f%90%a2");
        assertThat(purpose.status()).isEqualTo(200);
        assertThat(appliance
                        .adminClient()
                        .get("/agents/purpose")
                        .json()
                        .path("purpose")
                        .asString())
                .isEqualTo("a b+c&d= ü🐢");
    }

    /** The same for a client without a session, before the throttle counts an attempt. */
    @Test
    void theSignInFormHasTheSameLimits() {
        try (var guest = DashboardClient.connect(appliance)) {
            guest.get("/sign-in");
            for (var i = 0; i < 10; i++) {
                var body = "csrf=" + guest.csrf + "&next=&name=%FF&passphrase=" + "x".repeat(20);
                var answer = guest.send(
                        "POST", "/sign-in", HttpRequest.BodyPublishers.ofString(body), "Content-Type", FORM_TYPE);
                assertThat(answer.status()).isEqualTo(400);
            }
            assertThat(guest.signIn("ada", DashboardClient.PASSPHRASE).status()).isEqualTo(303);
        }
    }

    private DashboardClient.DashboardResponse send(String type, String body) {
        var publisher =
                HttpRequest.BodyPublishers.ofString(body.replace("*", "csrf=" + client.csrf), StandardCharsets.UTF_8);
        return type.isEmpty()
                ? client.send("POST", "/agents", publisher)
                : client.send("POST", "/agents", publisher, "Content-Type", type);
    }

    /** Pads to exactly the maximum size. */
    private String padToMaxSize(String form) {
        var length = form.replace("*", "csrf=" + client.csrf).length();
        return form + "x".repeat(FormData.MAX_BYTES - length);
    }

    private static String extraFields(int count) {
        return IntStream.range(0, count).mapToObj(at -> "x" + at + "=").collect(Collectors.joining("&"));
    }

    private List<String> observableState() {
        return List.of(
                appliance.adminClient().get("/agents").body(),
                appliance
                        .adminClient()
                        .get("/audit?kind=admin.opened&limit=500")
                        .body());
    }
}
