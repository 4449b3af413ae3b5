package com.kruxos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class PiecesTest {
    private final ArrayList<String> heard = new ArrayList<>();
    private final Pieces pieces = new Pieces(
            10,
            message -> heard.add(new String(message, StandardCharsets.UTF_8)),
            most -> heard.add("more than " + most),
            () -> heard.add("deaf"));

    // Red when what was begun is not forgotten behind a message, and without the first branch for a single piece.
    @Test
    void messagesComeWholeAndInOrder() {
        pieces.add("one", true);
        pieces.add("tw", false);
        pieces.add("", false);
        pieces.add("o", true);
        pieces.add("", true);
        pieces.add("12345", false);
        pieces.add("67890", true);
        pieces.add("three", true);
        assertThat(heard).containsExactly("one", "two", "", "1234567890", "three");
    }

    // Red when characters are counted instead of bytes, and when a piece is counted without those before it.
    @Test
    void aMessageThatIsTooLongIsTheLast() {
        pieces.add("äöüß", false);
        pieces.add("€", true);
        pieces.add("never", true);
        assertThat(heard).containsExactly("more than 10");
    }

    // Red without Pieces.drop: whoever does not listen could go on for ever.
    @Test
    void whoSendsOnAndOnIsCut() {
        pieces.add("much too long", false);
        var piece = "x".repeat(1 << 20);
        for (var n = 0; n < 32; n++) {
            pieces.add(piece, false);
        }
        assertThat(heard).containsExactly("more than 10");
        pieces.add("x", false);
        assertThat(heard).containsExactly("more than 10", "deaf");
    }
}
