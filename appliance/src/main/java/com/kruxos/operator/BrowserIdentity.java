package com.kruxos.operator;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.identity.OperatorSession;

/** Who asks. The cookie is what a form's {@link CsrfTokens} is made of. */
sealed interface BrowserIdentity {
    String cookie();

    /** Nobody we know; {@code fresh} when the cookie was made for this answer. */
    record SignedOut(String cookie, boolean isNewCookie) implements BrowserIdentity {}

    /** An operator. */
    record SignedIn(String cookie, OperatorSession session, AuditPrincipal principal) implements BrowserIdentity {}
}
