package com.kruxos.demo;

import tools.jackson.databind.json.JsonMapper;

/** What the appliance tells an agent it refuses. */
record Refusal(String error, String message, String hint) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static Refusal read(String text) {
        var json = JSON.readTree(text);
        return new Refusal(
                json.path("error").asString(""),
                json.path("message").asString(""),
                json.path("hint").asString(""));
    }
}
