package com.kruxos.operator;

import com.kruxos.admin.HealthCheck;
import com.kruxos.admin.StatusAdmin;
import com.kruxos.dashboard.layout.Layout;
import com.kruxos.dashboard.layout.NavigationItem;
import com.kruxos.dashboard.layout.Notice;
import com.kruxos.dashboard.layout.NoticeKind;
import com.kruxos.dashboard.page.StatusLevel;
import java.util.List;

/** Creates the layout of a page for its operator. */
final class LayoutFactory {
    private final StatusAdmin status;
    private final CsrfTokens csrfTokens;
    private final FlashMessages flashMessages;
    private final String version;

    LayoutFactory(StatusAdmin status, CsrfTokens csrfTokens, FlashMessages flashMessages, String version) {
        this.status = status;
        this.csrfTokens = csrfTokens;
        this.flashMessages = flashMessages;
        this.version = version;
    }

    Layout forPage(PageRequest request, NavigationItem current) {
        return create(request.identity(), request.host(), current, List.of());
    }

    /** With a problem that concerns the whole page. */
    Layout create(PageRequest request, NavigationItem current, String problem, String hint) {
        return create(
                request.identity(), request.host(), current, List.of(new Notice(NoticeKind.PROBLEM, problem, hint)));
    }

    Layout create(BrowserIdentity identity, String host, NavigationItem current, List<Notice> problems) {
        return switch (identity) {
            case BrowserIdentity.SignedOut anonymous ->
                new Layout(
                        null,
                        csrfTokens.tokenFor(anonymous.cookie()),
                        version,
                        host,
                        StatusLevel.GREEN,
                        problems,
                        current);
            case BrowserIdentity.SignedIn operator ->
                new Layout(
                        operator.principal().name(),
                        csrfTokens.tokenFor(operator.cookie()),
                        version,
                        host,
                        level(status.level()),
                        problems.isEmpty()
                                ? flashMessages.take(operator.session().id())
                                : problems,
                        current);
        };
    }

    static StatusLevel level(HealthCheck.HealthLevel level) {
        return switch (level) {
            case GREEN -> StatusLevel.GREEN;
            case ADVICE -> StatusLevel.ADVICE;
            case YELLOW -> StatusLevel.YELLOW;
            case RED -> StatusLevel.RED;
        };
    }
}
