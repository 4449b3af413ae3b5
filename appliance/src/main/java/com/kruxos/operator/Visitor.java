package com.kruxos.operator;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.identity.OperatorSession;

/** Who asks. The cookie is what a form's {@link Proof} is made of. */
sealed interface Visitor {
    String cookie();

    /** Nobody we know; {@code fresh} when the cookie was made for this answer. */
    record Guest(String cookie, boolean fresh) implements Visitor {}

    /** An operator. */
    record Seated(String cookie, OperatorSession seat, AuditPrincipal who) implements Visitor {}
}
