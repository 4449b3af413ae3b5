package com.kruxos.cli;

import java.util.ArrayList;
import java.util.List;

/** Somebody at the terminal who always types the same. */
final class FakePrompt implements TerminalPrompt {
    private final String reply;
    private final List<char[]> returnedArrays = new ArrayList<>();
    private final List<String> prompts = new ArrayList<>();

    FakePrompt(String typed) {
        this.reply = typed;
    }

    @Override
    public char[] readHidden(String question) {
        prompts.add(question);
        var characters = reply.toCharArray();
        returnedArrays.add(characters);
        return characters;
    }

    @Override
    public String readLine(String question) {
        prompts.add(question);
        return reply;
    }

    List<String> prompts() {
        return prompts;
    }

    /** The very arrays handed over, to see whether they were wiped. */
    List<char[]> returnedArrays() {
        return returnedArrays;
    }
}
