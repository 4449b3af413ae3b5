package com.kruxos.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which URIs match which templates. */
class ResourceRouterTest {
    private static final Duration MAX_MATCH_TIME = Duration.ofSeconds(5);

    /** Fails when a reserved variable matches no delimiter, or the last of adjacent variables decides. */
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
    void aUriMatchesATemplateItIsAnExpansionOf(String template, String uri) {
        assertThat(ResourceRouter.matchesTemplate(template, uri)).isTrue();
    }

    /** Fails when a simple variable matches a delimiter, or the end of the URI is ignored. */
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
    void aUriThatIsNoExpansionDoesNotMatch(String template, String uri) {
        assertThat(ResourceRouter.matchesTemplate(template, uri)).isFalse();
    }

    @Test
    void aVariableMatchesAnyCharacters() {
        assertThat(ResourceRouter.matchesTemplate("a:{x}!", "a:\ud834\udd1e\n\u00fc!"))
                .isTrue();
        assertThat(ResourceRouter.matchesTemplate("a:{+x}!", "a:\n/\r\n!")).isTrue();
        assertThat(ResourceRouter.matchesTemplate("{x}", "")).isTrue();
    }

    /** Fails when the template is compiled to a regular expression. */
    @Test
    void aHostileTemplateIsMatchedQuickly() {
        for (var variables : List.of("{a}", "{+a}", "{a}{+b}")) {
            var count = 2_000 * "{a}".length() / variables.length();
            assertMatchedQuickly("x:" + variables.repeat(count) + "!", "x:" + "a".repeat(9_998), false);
        }
        assertMatchedQuickly("x:" + "{a}".repeat(2_000) + "!", "x:" + "a".repeat(9_998), false);
        assertMatchedQuickly("x:" + "{a}".repeat(2_000) + "!", "x:" + "a".repeat(9_997) + "!", true);
        assertMatchedQuickly("{a}a".repeat(2_000) + "!", "a".repeat(10_000), false);
        assertMatchedQuickly("{+a}a{b}a".repeat(800) + "!", "a".repeat(10_000), false);
        assertMatchedQuickly("{+a}" + "a".repeat(5_000) + "b{+c}", "a".repeat(10_000), false);
        assertMatchedQuickly("{".repeat(8_000) + "a", "a".repeat(10_000), false);
        assertMatchedQuickly("{a".repeat(4_000), "a".repeat(10_000), false);
    }

    /** Fails without the length limits. */
    @Test
    void overlongTemplatesAndUrisNeverMatch() {
        assertThat(ResourceRouter.matchesTemplate("{+a}", "a".repeat(16_384))).isTrue();
        assertThat(ResourceRouter.matchesTemplate("{+a}", "a".repeat(16_385))).isFalse();
        assertThat(ResourceRouter.matchesTemplate("a".repeat(8_189) + "{b}", "a".repeat(8_189)))
                .isTrue();
        assertThat(ResourceRouter.matchesTemplate("a".repeat(8_190) + "{b}", "a".repeat(8_190)))
                .isFalse();
        assertThat(ResourceRouter.matchesTemplate("a{b}".repeat(32), "a".repeat(32)))
                .isTrue();
        assertThat(ResourceRouter.matchesTemplate("a{b}".repeat(33), "a".repeat(33)))
                .isFalse();
    }

    private static void assertMatchedQuickly(String template, String uri, boolean fits) {
        assertThat(assertTimeoutPreemptively(MAX_MATCH_TIME, () -> ResourceRouter.matchesTemplate(template, uri)))
                .isEqualTo(fits);
    }
}
