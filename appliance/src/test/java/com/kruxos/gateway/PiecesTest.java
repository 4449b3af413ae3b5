package com.kruxos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.rpc.Allowance;
import com.kruxos.rpc.Quota;
import com.kruxos.rpc.Room;
import com.kruxos.rpc.RoomTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class PiecesTest {
    private final ArrayList<String> heard = new ArrayList<>();
    private final Pieces pieces = new Pieces(
            Allowance.of(10),
            message -> heard.add(new String(message, StandardCharsets.UTF_8)),
            most -> heard.add("more than " + most),
            () -> heard.add("no memory"),
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

    // Red without "last ||" in Pieces.drop: a peer that hears it while it still sends may not hear it at all.
    @Test
    void thePeerIsToldWhenItHasSaidItAll() {
        pieces.add("much too", false);
        pieces.add(" long", false);
        pieces.add(", really", false);
        assertThat(heard).isEmpty();
        pieces.add(".", true);
        assertThat(heard).containsExactly("more than 10");
    }

    // Red without the second half of the condition in Pieces.drop, and without its end: whoever does not listen could
    // go on for ever.
    @Test
    void whoSendsOnAndOnIsToldAndThenCut() {
        pieces.add("much too long", false);
        send(31);
        assertThat(heard).isEmpty();
        send(1);
        assertThat(heard).containsExactly("more than 10");
        send(31);
        assertThat(heard).containsExactly("more than 10");
        send(1);
        assertThat(heard).containsExactly("more than 10", "deaf");
    }

    private void send(int mebibytes) {
        var piece = "x".repeat(1 << 20);
        for (var n = 0; n < mebibytes; n++) {
            pieces.add(piece, false);
        }
    }

    // Red without Pieces.gone: a piece that comes behind the end would be counted against its agent for ever.
    @Test
    void whatComesBehindTheEndIsNotKept() {
        pieces.add("12345", false);
        pieces.forget();
        pieces.add("6", false);
        pieces.add("7", true);
        assertThat(heard).isEmpty();
    }

    // Red when Pieces keeps what it has no memory for, and when it says that this was too long.
    @Test
    void aMessageForWhichThereIsNoMemoryIsTheLast() {
        var full = new Pieces(
                new Allowance(1 << 20, RoomTest.full(), Quota.NONE),
                message -> heard.add(message.length + " bytes"),
                most -> heard.add("more than " + most),
                () -> heard.add("no memory"),
                () -> heard.add("deaf"));
        var piece = "x".repeat(Room.SHORT / 2);
        full.add(piece, false);
        full.add(piece, true);
        full.add(piece, false);
        full.add(piece, false);
        full.add(piece, true);
        full.add("never", true);
        assertThat(heard).containsExactly(Room.SHORT + " bytes", "no memory");
    }
}
