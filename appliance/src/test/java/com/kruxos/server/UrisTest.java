package com.kruxos.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which URIs can have come of which templates, whoever wrote them. */
class UrisTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    /** Red when Gap.holds keeps a reserved variable from a delimiter, or Gap.with takes the last of neighbours. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "file:///{name} file:///a",
                "file:///{name} file:///",
                "file:///{+path} file:///a/b?c#d",
                "file:///{path*} file:///a,b",
                "test://{id}/data test://7/data",
                "test://{a}{b}/data test://7/data",
                "test://{a}{+b}/data test://7/8/data",
                "test://{+b}{a}/data test://7/8/data",
                "test://{a}-{b} test://1-2-3",
                "test://{+a}x{b}z test://x/xz",
                "test://{a}/{+b}/end test://1/2/end/3/end",
                "http://h{/path*} http://h/a/b",
                "http://h/{x}{?q,r} http://h/1?q=2&r=3/4",
                "http://h/{x}{&q} http://h/1&q=/",
                "http://h/{x}{#part} http://h/1#/2",
                "http://h/{x}{.kind} http://h/1.tar/gz",
                "http://h/{x}{;v} http://h/1;v=/",
                "{+all} anything://at/all?there#is",
                "{scheme}://x s://x",
                "{} x",
                "a:{{x}} a:{1}",
                "a:.*{x} a:.*1",
                "{x}aab aaaab",
            })
    void aUriFitsTheTemplateItCanHaveComeOf(String template, String uri) {
        assertThat(Uris.fits(template, uri)).isTrue();
    }

    /** Red when Gap.holds lets a plain variable over a delimiter, or fits does not ask for the end of the URI. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "file:///{name} file:///a/b",
                "file:///{name} file:///a?b",
                "file:///{name} file:///a#b",
                "file:///{name} file://",
                "file:///{name} xfile:///a",
                "test://{id}/data test://7/data/more",
                "test://{id}/data test://7/8/data",
                "test://{a}{b}/data test://7/8/data",
                "test://{+a}x{b}z test://x/x/z",
                "test://{a}-{b} test://12",
                "test://{a}--{b}-- test://1---",
                "file:///a file:///a",
                "a:{x a:1",
                "a:x} a:x",
                "a:.*{x} a:bc1",
                "a:{x}A a:1a",
            })
    void andNoOther(String template, String uri) {
        assertThat(Uris.fits(template, uri)).isFalse();
    }

    @Test
    void aVariableHoldsWhateverLetters() {
        assertThat(Uris.fits("a:{x}!", "a:\ud834\udd1e\n\u00fc!")).isTrue();
        assertThat(Uris.fits("a:{+x}!", "a:\n/\r\n!")).isTrue();
        assertThat(Uris.fits("{x}", "")).isTrue();
    }

    /** Red when fits makes a java.util.regex pattern of the template. */
    @Test
    void aHostileTemplateIsAnsweredSoon() {
        for (var variables : List.of("{a}", "{+a}", "{a}{+b}")) {
            var count = 2_000 * "{a}".length() / variables.length();
            assertAnsweredSoon("x:" + variables.repeat(count) + "!", "x:" + "a".repeat(9_998), false);
        }
        assertAnsweredSoon("x:" + "{a}".repeat(2_000) + "!", "x:" + "a".repeat(9_998), false);
        assertAnsweredSoon("x:" + "{a}".repeat(2_000) + "!", "x:" + "a".repeat(9_997) + "!", true);
        assertAnsweredSoon("{a}a".repeat(2_000) + "!", "a".repeat(10_000), false);
        assertAnsweredSoon("{+a}a{b}a".repeat(800) + "!", "a".repeat(10_000), false);
        assertAnsweredSoon("{+a}" + "a".repeat(5_000) + "b{+c}", "a".repeat(10_000), false);
        assertAnsweredSoon("{".repeat(8_000) + "a", "a".repeat(10_000), false);
        assertAnsweredSoon("{a".repeat(4_000), "a".repeat(10_000), false);
    }

    /** Red without the look at the lengths. */
    @Test
    void whatIsLongerThanAnHonestOneFitsNothing() {
        assertThat(Uris.fits("{+a}", "a".repeat(16_384))).isTrue();
        assertThat(Uris.fits("{+a}", "a".repeat(16_385))).isFalse();
        assertThat(Uris.fits("a".repeat(8_189) + "{b}", "a".repeat(8_189))).isTrue();
        assertThat(Uris.fits("a".repeat(8_190) + "{b}", "a".repeat(8_190))).isFalse();
        assertThat(Uris.fits("a{b}".repeat(32), "a".repeat(32))).isTrue();
        assertThat(Uris.fits("a{b}".repeat(33), "a".repeat(33))).isFalse();
    }

    private static void assertAnsweredSoon(String template, String uri, boolean fits) {
        assertThat(assertTimeoutPreemptively(SOON, () -> Uris.fits(template, uri)))
                .isEqualTo(fits);
    }
}
