package com.kruxos.dashboard.layout;

import com.kruxos.dashboard.page.Preconditions;
import com.kruxos.dashboard.page.StatusLevel;
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
        Preconditions.require(level != StatusLevel.ADVICE, "advice is of one thing, not of the whole");
        Preconditions.require(
                operator == null || !csrf.isEmpty(), "a page with navigation has forms, and they need csrf");
    }
}
