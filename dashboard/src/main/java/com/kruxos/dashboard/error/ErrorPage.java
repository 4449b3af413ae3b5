package com.kruxos.dashboard.error;

/**
 * A page instead of the one that was asked for.
 *
 * @param status of HTTP
 * @param hint what to do about it
 */
public record ErrorPage(int status, String title, String detail, String hint) {}
