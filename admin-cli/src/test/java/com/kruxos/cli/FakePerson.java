package com.kruxos.cli;

import java.util.ArrayList;
import java.util.List;

/** Somebody at the terminal who always types the same. */
final class FakePerson implements Prompt {
    private final String typed;
    private final List<char[]> given = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();

    FakePerson(String typed) {
        this.typed = typed;
    }

    @Override
    public char[] hidden(String question) {
        asked.add(question);
        var characters = typed.toCharArray();
        given.add(characters);
        return characters;
    }

    @Override
    public String line(String question) {
        asked.add(question);
        return typed;
    }

    List<String> asked() {
        return asked;
    }

    /** The very arrays handed over, to see whether they were wiped. */
    List<char[]> given() {
        return given;
    }
}
