package com.kruxos.dashboard.agent;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Addresses with something in them that a person wrote. */
public final class AgentUrls {
    private AgentUrls() {}

    public static String list(String query, int page) {
        return "/agents?q=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + "&page=" + page;
    }
}
