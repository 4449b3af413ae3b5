package com.kruxos.dashboard.agent;

/**
 * Something to copy into the settings of a client; names the variable that holds the key, never the key.
 *
 * @param title the client, and the file it belongs into
 * @param language of the text: {@code json}, {@code toml} or {@code shell}
 */
public record ConfigSnippet(String title, String language, String text) {}
