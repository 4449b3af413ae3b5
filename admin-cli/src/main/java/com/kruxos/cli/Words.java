package com.kruxos.cli;

/** Help texts that several commands share. */
final class Words {
    static final String SPACE = "The Space. Default: default.";
    static final String AGENT = "The agent's name or id.";
    static final String SERVER = "The server's name or id.";
    static final String SECRET = "SCOPE/KEY; NAME alone means NAME/value.";

    private Words() {}
}
