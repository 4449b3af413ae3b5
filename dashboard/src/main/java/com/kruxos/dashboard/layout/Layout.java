package com.kruxos.dashboard.layout;

import com.kruxos.dashboard.page.Preconditions;
import com.kruxos.dashboard.page.StatusLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The frame around every page.
 *
 * @param operator the operator's name; null without a session, and then the page has no navigation
 * @param csrf the hidden field {@code csrf} of every form; may be empty only on pages without a form
 * @param host the name or address by which the browser reached the appliance
 * @param level overall health; shown to operators only
 * @param current the highlighted navigation item
 */
public record Layout(
        @Nullable String operator,
        String csrf,
        String version,
        String host,
        StatusLevel level,
        List<Notice> notices,
        NavigationItem current) {
    public Layout {
        notices = List.copyOf(notices);
        Preconditions.require(level != StatusLevel.ADVICE, "the appliance has no level ADVICE");
        Preconditions.require(operator == null || !csrf.isEmpty(), "a page with navigation needs a CSRF token");
    }
}
