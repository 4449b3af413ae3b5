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
    private final MessageAssembler assembler = assembler(MessageLimits.of(10));

    private MessageAssembler assembler(MessageLimits limits) {
        return new MessageAssembler(
                limits,
                message -> received.add(new String(message, StandardCharsets.UTF_8)),
                new MessageAssembler.RefusalHandler() {
                    @Override
                    public void onTooLong(int maxBytes) {
                        received.add("more than " + maxBytes);
                    }

                    @Override
                    public void onOutOfMemory() {
                        received.add("no memory");
                    }

                    @Override
                    public void onPeerKeepsSending() {
                        received.add("keeps sending");
                    }
                });
    }

    /** Fails when the buffer is not cleared after a message, and without the branch for a single fragment. */
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

    /** Fails when characters are counted instead of bytes, or a fragment without those before it. */
    @Test
    void noMessageFollowsOneThatIsTooLong() {
        assembler.add("äöüß", false);
        assembler.add("€", true);
        assembler.add("never", true);
        assertThat(received).containsExactly("more than 10");
    }

    /**
     * Fails without {@code last ||} in MessageAssembler.discard: a peer that is still sending may not read the reason.
     */
    @Test
    void thePeerIsToldAfterTheEndOfATooLongMessage() {
        assembler.add("much too", false);
        assembler.add(" long", false);
        assembler.add(", really", false);
        assertThat(received).isEmpty();
        assembler.add(".", true);
        assertThat(received).containsExactly("more than 10");
    }

    /** Fails without either use of MAX_DISCARDED: a peer could keep sending for ever. */
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
        assertThat(received).containsExactly("more than 10", "keeps sending");
    }

    private void send(int mebibytes) {
        var fragment = "x".repeat(1 << 20);
        for (var n = 0; n < mebibytes; n++) {
            assembler.add(fragment, false);
        }
    }

    /** Fails without {@code closed}: the fragments would be counted against their agent for ever. */
    @Test
    void fragmentsAfterTheCloseAreDropped() {
        assembler.add("12345", false);
        assembler.close();
        assembler.add("6", false);
        assembler.add("7", true);
        assertThat(received).isEmpty();
    }

    /** Fails when the assembler keeps what it has no memory for, or reports it as too long. */
    @Test
    void noMessageFollowsOneRefusedForMemory() {
        var full = assembler(new MessageLimits(1 << 20, MemoryGuardTest.exhausted(), MemoryQuota.UNLIMITED));
        var fragment = "x".repeat(MemoryGuard.SMALL_MESSAGE_BYTES / 2);
        full.add(fragment, false);
        full.add(fragment, true);
        full.add(fragment, false);
        full.add(fragment, false);
        full.add(fragment, true);
        full.add("never", true);
        assertThat(received).containsExactly(fragment + fragment, "no memory");
    }
}
