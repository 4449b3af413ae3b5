package com.kruxos.admin;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.Details;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks to be done.
 *
 * @param action subject and verb, such as {@code agent.revoke}
 * @param target what it is done to: an id where there is one, else the name that was asked for
 * @param space the id of the Space it happens in; absent when it belongs to none
 * @param details what else the record should say; never a value of a secret
 */
record AdminAction(
        AuditPrincipal principal,
        String action,
        @Nullable String target,
        @Nullable String space,
        Details details) {
    static AdminAction of(AuditPrincipal who, String action, String target) {
        return new AdminAction(who, action, target, null, Details.none());
    }

    AdminAction inSpace(String space) {
        return new AdminAction(principal, action, target, space, details);
    }

    AdminAction withDetails(Details details) {
        return new AdminAction(principal, action, target, space, details);
    }
}
