package com.kruxos.operator;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.identity.OperatorSession;

/** The sender of a request. CSRF tokens are derived from the cookie. */
sealed interface BrowserIdentity {
    String cookie();

    /** {@code isNewCookie} if the browser has not received the cookie yet. */
    record SignedOut(String cookie, boolean isNewCookie) implements BrowserIdentity {}

    record SignedIn(String cookie, OperatorSession session, AuditPrincipal principal) implements BrowserIdentity {}
}
