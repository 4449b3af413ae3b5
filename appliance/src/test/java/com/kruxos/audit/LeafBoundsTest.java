package com.kruxos.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Whatever a client names, its record fits and can be read. */
class LeafBoundsTest {
    private static final String[] NASTY = {"\u0000", "\"", "\\", "é", "€", "𝄞", "\ud834", "\udd1e", "a", "\n"};

    // Red when any of the strings of an entry, or the details, is not bounded.
    @Test
    void theLongestOfEverythingFits() throws NotCanonical {
        for (var piece : NASTY) {
            var long_ = piece.repeat(100_000);
            var who = new Principal(Principal.Type.OPERATOR, long_, long_, long_, long_);
            var details = Details.none().with(Details.OPENED, 7);
            for (var n = 0; n < 40; n++) {
                details = details.with(n + long_, long_);
            }
            var entry = new Entry(long_, who, long_, long_, long_, long_, long_, new Decided(long_, long_), details);
            var writer = new LeafWriter();
            writer.write(Canonical.EXACT, Instant.MAX, new byte[32], entry);
            assertThat(writer.length()).isBetween(LeafWriter.MOST * 9 / 10, LeafWriter.MOST);
            var leaf = LeafReader.read(writer.leaf());
            assertThat(leaf.closes()).as("never left out").isEqualTo(7);
            assertThat(leaf.principal()).isEqualTo(who.key());
            assertThat(leaf.kind()).contains(" more)");
        }
    }

    @Test
    void theLargestDetailsGoFirstAndAreCounted() {
        var details = Details.none().with("digest", "hmac-sha256:" + "0".repeat(64));
        for (var n = 0; n < 20; n++) {
            details = details.with("big" + n, "x".repeat(4000 + n));
        }
        assertThat(details.json()).contains("\"digest\":\"hmac").endsWith("\"…\":8}");
        assertThat(details.json().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(Details.MOST);
        assertThat(details.with("…", "mine").json()).endsWith("\"…\":9}");
    }

    @Test
    void membersLevelsAndItemsAreCounted() {
        var many = Details.none();
        for (var n = 0; n < 300; n++) {
            many = many.with("m" + n, true);
        }
        assertThat(many.json()).endsWith("\"…\":44}");

        var deep = Details.none();
        for (var n = 0; n < 20; n++) {
            deep = Details.none().with("in", deep);
        }
        assertThat(deep.json()).isEqualTo("{\"in\":".repeat(2) + "{\"…\":1}" + "}".repeat(2));

        var list = Details.none().with("list", Collections.nCopies(300, "x"));
        assertThat(list.json()).contains("\"x\",\"…(44 more)\"]");
    }

    @Test
    void aMemberIsReplacedByOneOfTheSameName() {
        var details = Details.none().with("a", 1).with("b", true).with("a", "x");
        assertThat(details.json()).isEqualTo("{\"a\":\"x\",\"b\":true}");
        assertThat(details).isEqualTo(Details.none().with("b", true).with("a", "x"));
    }

    // Random strings of nasty pieces, cut at random lengths: always within the bound, well formed, and marked when cut.
    @Test
    void anyTextIsMendedAndBounded() throws NotCanonical {
        var random = new Random(7);
        for (var n = 0; n < 20_000; n++) {
            var text = random.ints(random.nextInt(80), 0, NASTY.length)
                    .mapToObj(i -> NASTY[i])
                    .collect(Collectors.joining());
            var most = 40 + random.nextInt(100);
            var bounded = Text.bounded(text, most);
            var json = new Canonical(8);
            json.string(bounded);
            assertThat(json.length() - 2).isLessThanOrEqualTo(most);
            assertThat(Text.bounded(bounded, most)).isSameAs(bounded);
            assertThat(bounded.contains("…(")).isEqualTo(size(text) > most);
            json.clear();
            json.raw('{').string(bounded).raw(':').string(bounded).raw('}');
            assertThat(CanonicalReader.read(json.copy())).containsEntry(bounded, bounded);
            assertThat(JsonMapper.shared().readTree(json.copy()).get(bounded).stringValue())
                    .isEqualTo(bounded);
        }
    }

    private static int size(String text) {
        var json = new Canonical(8);
        json.string(Text.bounded(text, Integer.MAX_VALUE));
        return json.length() - 2;
    }
}
