package com.kruxos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.rpc.MemoryGuard;
import com.kruxos.rpc.MemoryGuardTest;
import com.kruxos.rpc.MemoryQuota;
import com.kruxos.rpc.MessageLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class MessageAssemblerTest {
    private final ArrayList<String> received = new ArrayList<>();
    private final MessageAssembler assembler = new MessageAssembler(
            MessageLimits.of(10),
            message -> received.add(new String(message, StandardCharsets.UTF_8)),
            most -> received.add("more than " + most),
            () -> received.add("no memory"),
            () -> received.add("deaf"));

    // Red when what was begun is not forgotten behind a message, and without the first branch for a single piece.
    @Test
    void messagesAreAssembledInOrder() {
        assembler.add("one", true);
        assembler.add("tw", false);
        assembler.add("", false);
        assembler.add("o", true);
        assembler.add("", true);
        assembler.add("12345", false);
        assembler.add("67890", true);
        assembler.add("three", true);
        assertThat(received).containsExactly("one", "two", "", "1234567890", "three");
    }

    // Red when characters are counted instead of bytes, and when a piece is counted without those before it.
    @Test
    void noMessageFollowsOneThatIsTooLong() {
        assembler.add("äöüß", false);
        assembler.add("€", true);
        assembler.add("never", true);
        assertThat(received).containsExactly("more than 10");
    }

    // Red without "last ||" in Pieces.drop: a peer that hears it while it still sends may not hear it at all.
    @Test
    void thePeerIsToldAfterTheEndOfATooLongMessage() {
        assembler.add("much too", false);
        assembler.add(" long", false);
        assembler.add(", really", false);
        assertThat(received).isEmpty();
        assembler.add(".", true);
        assertThat(received).containsExactly("more than 10");
    }

    // Red without the second half of the condition in Pieces.drop, and without its end: whoever does not listen could
    // go on for ever.
    @Test
    void aPeerThatKeepsSendingIsToldAndThenAborted() {
        assembler.add("much too long", false);
        send(31);
        assertThat(received).isEmpty();
        send(1);
        assertThat(received).containsExactly("more than 10");
        send(31);
        assertThat(received).containsExactly("more than 10");
        send(1);
        assertThat(received).containsExactly("more than 10", "deaf");
    }

    private void send(int mebibytes) {
        var piece = "x".repeat(1 << 20);
        for (var n = 0; n < mebibytes; n++) {
            assembler.add(piece, false);
        }
    }

    // Red without Pieces.gone: a piece that comes behind the end would be counted against its agent for ever.
    @Test
    void piecesAfterTheCloseAreDropped() {
        assembler.add("12345", false);
        assembler.close();
        assembler.add("6", false);
        assembler.add("7", true);
        assertThat(received).isEmpty();
    }

    // Red when Pieces keeps what it has no memory for, and when it says that this was too long.
    @Test
    void noMessageFollowsOneRefusedForMemory() {
        var full = new MessageAssembler(
                new MessageLimits(1 << 20, MemoryGuardTest.exhausted(), MemoryQuota.UNLIMITED),
                message -> received.add(message.length + " bytes"),
                most -> received.add("more than " + most),
                () -> received.add("no memory"),
                () -> received.add("deaf"));
        var piece = "x".repeat(MemoryGuard.SMALL_MESSAGE_BYTES / 2);
        full.add(piece, false);
        full.add(piece, true);
        full.add(piece, false);
        full.add(piece, false);
        full.add(piece, true);
        full.add("never", true);
        assertThat(received).containsExactly(MemoryGuard.SMALL_MESSAGE_BYTES + " bytes", "no memory");
    }
}
