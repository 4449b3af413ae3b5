package com.kruxos.tls;

/** What is wrong with one file, to follow its path in a sentence, and what to do. */
final class InvalidTlsFile extends Exception {
    private static final long serialVersionUID = 1L;

    private final String hint;

    InvalidTlsFile(String why, String hint) {
        super(why);
        this.hint = hint;
    }

    String hint() {
        return hint;
    }
}
