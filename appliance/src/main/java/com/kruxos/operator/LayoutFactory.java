package com.kruxos.operator;

import com.kruxos.admin.HealthCheck;
import com.kruxos.admin.StatusAdmin;
import com.kruxos.dashboard.layout.Layout;
import com.kruxos.dashboard.layout.NavigationItem;
import com.kruxos.dashboard.layout.Notice;
import com.kruxos.dashboard.layout.NoticeKind;
import com.kruxos.dashboard.page.StatusLevel;
import java.util.List;

/** What stands around every page. */
final class LayoutFactory {
    private final StatusAdmin status;
    private final CsrfTokens csrfTokens;
    private final FlashMessages flashMessages;
    private final String version;

    LayoutFactory(StatusAdmin status, CsrfTokens proof, FlashMessages notices, String version) {
        this.status = status;
        this.csrfTokens = proof;
        this.flashMessages = notices;
        this.version = version;
    }

    Layout forPage(PageRequest ask, NavigationItem section) {
        return create(ask.identity(), ask.host(), section, List.of());
    }

    /** The same, with a problem of the page as a whole. */
    Layout create(PageRequest ask, NavigationItem section, String problem, String hint) {
        return create(ask.identity(), ask.host(), section, List.of(new Notice(NoticeKind.PROBLEM, problem, hint)));
    }

    Layout create(BrowserIdentity visitor, String host, NavigationItem section, List<Notice> problems) {
        return switch (visitor) {
            case BrowserIdentity.SignedOut guest ->
                new Layout(
                        null, csrfTokens.tokenFor(guest.cookie()), version, host, StatusLevel.GREEN, problems, section);
            case BrowserIdentity.SignedIn seated ->
                new Layout(
                        seated.principal().name(),
                        csrfTokens.tokenFor(seated.cookie()),
                        version,
                        host,
                        level(status.level()),
                        problems.isEmpty() ? flashMessages.take(seated.session().id()) : problems,
                        section);
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
