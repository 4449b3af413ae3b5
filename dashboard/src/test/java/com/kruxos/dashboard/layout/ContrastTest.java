package com.kruxos.dashboard.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Contrast ratios of WCAG 2 in both themes: at least 4.5 for text, 3 for the edges of controls, the focus ring and the
 * bars of a chart.
 */
class ContrastTest {
    private static final Pattern COLOUR = Pattern.compile("--([a-z-]+): #([0-9a-f]{6});");
    private static final String PAIRS = """
            text, ground, 4.5
            text, card, 4.5
            text, sunken, 4.5
            text, good-ground, 4.5
            text, bad-ground, 4.5
            soft, ground, 4.5
            soft, card, 4.5
            soft, sunken, 4.5
            link, ground, 4.5
            link, card, 4.5
            link, sunken, 4.5
            on-main, main, 4.5
            on-main, main-over, 4.5
            good, good-ground, 4.5
            warn, warn-ground, 4.5
            bad, bad-ground, 4.5
            bad, card, 4.5
            on-bad, bad, 4.5
            good, card, 3
            warn, card, 3
            edge, card, 3
            edge, ground, 3
            focus, card, 3
            focus, ground, 3
            focus, sunken, 3
            main, card, 3
            main, ground, 3
            bar, card, 3
            bar-bad, card, 3""";

    @ParameterizedTest
    @CsvSource(textBlock = PAIRS)
    void coloursHaveEnoughContrast(String over, String under, double least) {
        for (var dark : new boolean[] {false, true}) {
            var colours = colours(dark);
            assertThat(ratio(colours.getOrDefault(over, 0), colours.getOrDefault(under, 0)))
                    .as("%s on %s, dark: %s", over, under, dark)
                    .isGreaterThanOrEqualTo(least);
        }
    }

    /** Only {@code line}, the colour of separators, may be faint. */
    @Test
    void everyColourOfThePaletteIsTested() {
        var measured = new TreeSet<String>();
        PAIRS.lines().forEach(line -> {
            var pair = List.of(line.split(", ", -1));
            measured.addAll(pair.subList(0, 2));
        });
        measured.add("line");
        assertThat(colours(false).keySet()).isEqualTo(measured);
        assertThat(colours(true).keySet()).isEqualTo(measured);
        assertThat(css().split("prefers-color-scheme: dark", -1)[1].replaceFirst("(?s).*?\n}\n", ""))
                .as("a colour outside the palette")
                .doesNotContainPattern("#[0-9a-fA-F]{3,8}\\b");
    }

    @Test
    void theRatioMatchesTheWcagExamples() {
        assertThat(ratio(0x000000, 0xffffff)).isEqualTo(21.0);
        assertThat(ratio(0x767676, 0xffffff)).isBetween(4.54, 4.55);
    }

    private static Map<String, Integer> colours(boolean dark) {
        var part = css().split("prefers-color-scheme: dark", -1)[dark ? 1 : 0];
        var colours = new HashMap<String, Integer>();
        COLOUR.matcher(part)
                .results()
                .forEach(found -> colours.put(found.group(1), Integer.parseInt(found.group(2), 16)));
        return colours;
    }

    private static String css() {
        return new String(Assets.STYLE.bytes(), StandardCharsets.UTF_8);
    }

    private static double ratio(int one, int other) {
        var lighter = Math.max(luminance(one), luminance(other));
        var darker = Math.min(luminance(one), luminance(other));
        return (lighter + 0.05) / (darker + 0.05);
    }

    private static double luminance(int colour) {
        return 0.2126 * linear(colour >> 16) + 0.7152 * linear(colour >> 8) + 0.0722 * linear(colour);
    }

    private static double linear(int value) {
        var share = (value & 0xff) / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
    }
}
