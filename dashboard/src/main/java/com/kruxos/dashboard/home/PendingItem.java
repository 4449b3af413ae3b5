package com.kruxos.dashboard.home;

/**
 * Something that goes on only when a person does something.
 *
 * @param hint the command or the step that does it
 */
public record PendingItem(String text, String hint) {}
