package com.kruxos.demo;

import tools.jackson.databind.json.JsonMapper;

/** The JSON that a refused call returns to the agent. */
record PolicyError(String error, String message, String hint) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static PolicyError read(String text) {
        var json = JSON.readTree(text);
        return new PolicyError(
                json.path("error").asString(""),
                json.path("message").asString(""),
                json.path("hint").asString(""));
    }
}
