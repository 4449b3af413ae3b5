package com.kruxos.dashboard.agent;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Paths that contain text from a user. */
final class AgentUrls {
    private AgentUrls() {}

    static String list(String query, int page) {
        return "/agents?q=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + "&page=" + page;
    }
}
