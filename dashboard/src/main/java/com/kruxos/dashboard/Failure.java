package com.kruxos.dashboard;

/**
 * A page instead of the one that was asked for.
 *
 * @param status of HTTP
 * @param hint what to do about it
 */
public record Failure(int status, String title, String detail, String hint) {}
