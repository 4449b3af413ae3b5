package com.kruxos.redact;

import static com.kruxos.vault.TestVaults.newLease;
import static com.kruxos.vault.TestVaults.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.vault.Lease;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Lent values are removed from output. */
class RedactorTest {
    private static final String TOKEN = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
    private static final String PEM_KEY = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIKbk0m8pQw3Y1uJ6m0rXl7Zq4f2N5s8vTt1cW9yHd3aB
            Zm9vYmFyYmF6cXV4cXV1eGNvcmdlZ3JhdWx0Z2FycGx5d2FsZG9mcmVkcGx1Z2h4
            eHl6enl0aHVk
            -----END PRIVATE KEY-----
            """;
    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            {"id":1,"result":{"t":"hunter2/hunter2"}}             | {"id":1,"result":{"t":"[redacted]"}}
            {"id":1,"result":{"t":"a hunter2\\/hunter2, b"}}      | {"id":1,"result":{"t":"a [redacted], b"}}
            {"id":1,"result":{"t":"hunte\\u0072\\u0032/hunter2"}} | {"id":1,"result":{"t":"[redacted]"}}
            {"id":1,"result":{"hunter2/hunter2":true}}            | {"id":1,"result":{"[redacted]":true}}
            {"id":1,"error":{"message":"no hunter2/hunter2"}}     | {"id":1,"error":{"message":"no [redacted]"}}
            {"method":"x","params":["hunter2%2Fhunter2"]}         | {"method":"x","params":["[redacted]"]}
            {"method":"x","params":["?k=hunter2%2fhunter2&b=1"]}  | {"method":"x","params":["?k=[redacted]&b=1"]}
            {"result":"{\\"k\\":\\"hunter2\\\\/hunter2\\"}"}      | {"result":"{\\"k\\":\\"[redacted]\\"}"}
            {"result":"hunter2/hunter2hunter2/hunter2"}           | {"result":"[redacted]"}
            {"result":"68756e746572322f68756e74657232"}           | {"result":"[redacted]"}
            {"result":"68756E746572322F68756E74657232"}           | {"result":"[redacted]"}
            {"result":"hunter2/hunter"}                           | {"result":"hunter2/hunter"}
            {"result":["hunter2/","hunter2"]}                     | {"result":["hunter2/","hunter2"]}
            """)
    void aLentValueIsRedactedInEveryEncoding(String message, String expected) {
        try (var redactor = redactorFor("hunter2/hunter2")) {
            assertThat(redact(redactor, message)).isEqualTo(expected);
        }
    }

    /**
     * HTTP Basic. Fails without the alignments in {@code SecretPatterns.addBase64}, or without
     * {@code partialCharBefore} or {@code partialCharAfter}.
     */
    @ParameterizedTest
    @ValueSource(strings = {"", "u", "me", "bob", "user", "admin", "someone"})
    void basicCredentialsAreRedactedAtEveryBase64Alignment(String user) {
        for (var secret : List.of("hunter2hunter2", "hunter2hunter22", "hunter2hunter222")) {
            try (var redactor = redactorFor(secret)) {
                var header = Base64.getEncoder().encodeToString(utf8(user + ":" + secret));
                var clean = redact(redactor, "{\"result\":\"Basic " + header + " end\"}");
                var left = Base64.getEncoder().withoutPadding().encodeToString(utf8(user + ":"));
                assertThat(clean).matches("\\{\"result\":\"Basic [A-Za-z0-9]{0,10}\\[redacted] end\"}");
                assertThat(clean.length()).isLessThanOrEqualTo(35 + left.length());
            }
        }
    }

    @Test
    void theSameObjectIsReturnedWhenNothingIsFound() {
        try (var redactor = redactorFor(TOKEN)) {
            var message = utf8("{\"id\":1,\"result\":\"100% of \\\"it\\\"\\n is C:\\\\temp \\u00e9\"}");
            assertThat(redactor.redactJson(message)).isSameAs(message);
            var line = "100% of \"it\"\\n is C:\\temp é";
            assertThat(redactor.redactText(line)).isSameAs(line);
        }
        try (var none = Redactor.none()) {
            var message = utf8("{}");
            assertThat(none.redactJson(message)).isSameAs(message);
            assertThat(none.redactText("")).isEmpty();
        }
    }

    @Test
    void anEmptyMessageIsAccepted() {
        try (var redactor = redactorFor(TOKEN)) {
            assertThat(redactor.redactJson(new byte[0])).isEmpty();
        }
    }

    /**
     * A number cannot hold [redacted]; a string takes its place. Fails without {@code JsonStringScanner.readNumber}.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            {"id":123456789,"result":{"pin":123456789}}           | {"id":123456789,"result":{"pin":"[redacted]"}}
            {"result":[1,123456789,2],"id":123456789}             | {"result":[1,"[redacted]",2],"id":123456789}
            {"id":"123456789","error":{"code":-123456789}}        | {"id":"123456789","error":{"code":"[redacted]"}}
            {"params":{"id":123456789,"n":91234567890}}           | {"params":{"id":"[redacted]","n":"[redacted]"}}
            [{"id":123456789,"result":123456789}]                 | [{"id":123456789,"result":"[redacted]"}]
            {"id":{"x":123456789},"result":12345678}              | {"id":{"x":"[redacted]"},"result":12345678}
            """)
    void numbersAreRedactedExceptTheEnvelopeId(String message, String expected) {
        try (var redactor = redactorFor("123456789")) {
            assertThat(redact(redactor, message)).isEqualTo(expected);
        }
    }

    /** A log shows a PEM key line by line. Fails without {@code SecretPatterns.addLines}. */
    @Test
    void everyLineOfAMultiLineValueIsRedacted() {
        try (var redactor = redactorFor(PEM_KEY)) {
            for (var line : PEM_KEY.lines().toList()) {
                assertThat(redactor.redactText("got " + line + "!")).isEqualTo("got [redacted]!");
            }
            var whole = JSON.writeValueAsString(Map.of("result", "key: " + PEM_KEY));
            assertThat(redact(redactor, whole)).isEqualTo("{\"result\":\"key: [redacted]\"}");
        }
    }

    /** {@code base64} breaks its lines at 76 characters. Fails if {@code EscapeNormalizer} keeps line breaks. */
    @Test
    void base64WithLineBreaksIsRedacted() {
        try (var redactor = redactorFor(TOKEN)) {
            for (var before = 0; before < 60; before++) {
                var file = utf8("x".repeat(before) + TOKEN + "y".repeat(30));
                var wrapped = Base64.getMimeEncoder(76, utf8("\n")).encodeToString(file);
                var clean = redact(redactor, JSON.writeValueAsString(Map.of("result", wrapped)));
                assertThat(clean).contains("[redacted]");
                assertThat(clean.length()).isLessThan(60 + (before + 30) * 4 / 3 + 12);
            }
        }
    }

    /** {@code echo secret | kruxos secret put --stdin} stores a line end that no program prints. */
    @Test
    void aValueStoredWithALineEndIsFoundWithoutIt() {
        try (var redactor = redactorFor(TOKEN + "\n")) {
            assertThat(redactor.redactText("token " + TOKEN)).isEqualTo("token [redacted]");
            var encoded = Base64.getEncoder().encodeToString(utf8(TOKEN));
            assertThat(redactor.redactText("token " + encoded)).doesNotContain(encoded.substring(4, 40));
        }
    }

    @Test
    void shortValuesAreNotRedacted() {
        try (var redactor = redactorFor("1234567")) {
            assertThat(redactor.redactText("1234567")).isEqualTo("1234567");
        }
    }

    @Test
    void severalSecretsAreRedactedInOneMessage() {
        try (var one = newLease(utf8("first secret"));
                var two = newLease(utf8("second secret"));
                var redactor = Redactor.of(List.of(one, two))) {
            assertThat(redactor.redactText("second secret, first secret, second secret"))
                    .isEqualTo("[redacted], [redacted], [redacted]");
        }
    }

    /** Fails if {@code RedactedRanges.apply} does not join overlapping ranges. */
    @Test
    void overlappingMatchesAreRedactedOnce() {
        try (var one = newLease(utf8("abcdefghij"));
                var two = newLease(utf8("fghijklmno"));
                var redactor = Redactor.of(List.of(one, two))) {
            assertThat(redactor.redactText("<abcdefghijklmno>")).isEqualTo("<[redacted]>");
        }
    }

    /** Fails without the extension to whole characters in {@code RedactedRanges.add}. */
    @Test
    void theRemainingTextIsValidUtf8() {
        var secret = Arrays.copyOfRange(utf8("ß12345678ß"), 1, 11);
        try (var lease = newLease(secret);
                var redactor = Redactor.of(List.of(lease))) {
            assertThat(redact(redactor, "{\"result\":\"<ß12345678ß>\"}")).isEqualTo("{\"result\":\"<[redacted]>\"}");
        }
    }

    @Test
    void aClosedRedactorThrows() {
        var redactor = redactorFor(TOKEN);
        redactor.close();
        assertThatThrownBy(() -> redactor.redactJson(utf8("{}"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> redactor.redactText("x")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRedactorOutlivesItsLeases() {
        Redactor redactor;
        try (var lease = newLease(utf8(TOKEN))) {
            redactor = Redactor.of(List.of(lease));
        }
        try (redactor) {
            assertThat(redactor.redactText(TOKEN)).isEqualTo("[redacted]");
        }
    }

    /**
     * Any value in any encoding at any place of any JSON: exactly its text is replaced. Fails without any one of the
     * encodings in {@code SecretPatterns} or of the rules in {@code DecodingScanner}.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void plantedValuesAreAlwaysRedacted(long seed) {
        var random = new Random(seed);
        var encodings = new SecretEncodings(random);
        for (var round = 0; round < 60; round++) {
            var value = RandomJson.randomSecret(random);
            try (var lease = newLease(value.clone());
                    var redactor = Redactor.of(List.of(lease))) {
                for (var encoding : encodings.all(value)) {
                    var json = new RandomJson(random, encodings);
                    var planted = encodings.jsonEscape(encoding, random.nextInt(3));
                    var message = json.messageContaining("<" + planted + ">");
                    JSON.readTree(message);
                    assertThat(redact(redactor, message))
                            .as("seed %d, round %d", seed, round)
                            .isEqualTo(message.replace("<" + planted + ">", "<[redacted]>"));
                    assertThat(redactor.redactText("<" + encoding + ">")).isEqualTo("<[redacted]>");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void plantedValuesAreRedactedInsideLongerBase64(long seed) {
        var random = new Random(seed);
        var encodings = new SecretEncodings(random);
        for (var round = 0; round < 300; round++) {
            var value = RandomJson.randomSecret(random);
            try (var lease = newLease(value.clone());
                    var redactor = Redactor.of(List.of(lease))) {
                var before = random.nextInt(40);
                var after = random.nextInt(40);
                var message = new RandomJson(random, encodings)
                        .messageContaining(
                                "<" + encodings.jsonEscape(encodings.insideBase64(value, before, after), 0) + ">");
                var clean = redact(redactor, message);
                JSON.readTree(clean);
                var left = clean.substring(clean.indexOf('<') + 1, clean.indexOf('>'));
                assertThat(left).matches("[A-Za-z0-9+/_-]*\\[redacted][A-Za-z0-9+/_=-]*");
                // Only characters that depend on the adjacent data alone remain.
                assertThat(left.indexOf('[')).isEqualTo(before * 8 / 6);
                var kept =
                        left.substring(left.indexOf(']') + 1).replace("=", "").length();
                var upTo = before + value.length;
                assertThat(kept).isEqualTo(Math.ceilDiv((upTo + after) * 8, 6) - Math.ceilDiv(upTo * 8, 6));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void messagesWithoutSecretsAreUnchanged(long seed) {
        var random = new Random(seed);
        var secrets = new ArrayList<Lease>();
        for (var i = 0; i < 20; i++) {
            secrets.add(newLease(RandomJson.randomSecret(random)));
        }
        try (var redactor = Redactor.of(secrets)) {
            for (var round = 0; round < 500; round++) {
                var message =
                        utf8(new RandomJson(random, new SecretEncodings(random)).messageContaining("nothing here"));
                assertThat(redactor.redactJson(message)).isSameAs(message);
            }
        }
    }

    /** Input that is not JSON causes no exception. */
    @Test
    void invalidJsonIsAccepted() {
        var random = new Random(31);
        try (var redactor = redactorFor("hunter2/hunter2")) {
            for (var round = 0; round < 20_000; round++) {
                var garbage = utf8("{\"\\[]:,hunter2/hunter2%u005c12\\/3\"");
                for (var i = 0; i < 4; i++) {
                    garbage[random.nextInt(garbage.length)] = (byte) random.nextInt(256);
                }
                redactor.redactJson(Arrays.copyOf(garbage, random.nextInt(garbage.length)));
                redactor.redactText(new String(garbage, StandardCharsets.ISO_8859_1));
            }
        }
    }

    private static Redactor redactorFor(String secret) {
        try (var lease = newLease(utf8(secret))) {
            return Redactor.of(List.of(lease));
        }
    }

    private static String redact(Redactor redactor, String message) {
        return new String(redactor.redactJson(utf8(message)), StandardCharsets.UTF_8);
    }
}
