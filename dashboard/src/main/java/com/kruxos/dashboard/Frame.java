package com.kruxos.dashboard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every page has around it.
 *
 * @param operator who is signed in; absent when nobody is, and then the page has no navigation
 * @param csrf goes into every form as the hidden field {@code csrf}; may be empty only on pages without a form
 * @param host the name or address by which the person reached the appliance
 * @param level how well the appliance is; shown only to somebody who is signed in
 */
public record Frame(
        @Nullable String operator,
        String csrf,
        String version,
        String host,
        Level level,
        List<Notice> notices,
        Section section) {
    public Frame {
        notices = List.copyOf(notices);
        Values.require(level != Level.ADVICE, "advice is of one thing, not of the whole");
        Values.require(operator == null || !csrf.isEmpty(), "a page with navigation has forms, and they need csrf");
    }
}
