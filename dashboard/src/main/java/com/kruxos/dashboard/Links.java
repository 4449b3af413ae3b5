package com.kruxos.dashboard;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Addresses with something in them that a person wrote. */
final class Links {
    private Links() {}

    static String agents(String query, int page) {
        return "/agents?q=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + "&page=" + page;
    }
}
