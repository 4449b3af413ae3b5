package com.kruxos.dashboard;

/**
 * Something that goes on only when a person does something.
 *
 * @param hint the command or the step that does it
 */
public record Waiting(String what, String hint) {}
