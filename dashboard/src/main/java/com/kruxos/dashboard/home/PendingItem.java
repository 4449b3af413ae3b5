package com.kruxos.dashboard.home;

/**
 * Something that an operator must do.
 *
 * @param hint the command or step that does it
 */
public record PendingItem(String text, String hint) {}
