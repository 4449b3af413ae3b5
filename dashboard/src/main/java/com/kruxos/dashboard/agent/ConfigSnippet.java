package com.kruxos.dashboard.agent;

/**
 * A piece of client configuration. It names the variable that holds the key, and never contains the key.
 *
 * @param title the client and its configuration file
 * @param language {@code json}, {@code toml} or {@code shell}
 */
public record ConfigSnippet(String title, String language, String text) {}
