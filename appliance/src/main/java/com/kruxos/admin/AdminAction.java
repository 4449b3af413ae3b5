package com.kruxos.admin;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.Details;
import org.jspecify.annotations.Nullable;

/**
 * A change that a principal requests.
 *
 * @param action subject and verb, such as {@code agent.revoke}
 * @param target the id of what is changed; the requested name if it has no id yet
 * @param space the id of its Space; null if it belongs to none
 * @param details for the audit record; never the value of a secret
 */
record AdminAction(
        AuditPrincipal principal,
        String action,
        @Nullable String target,
        @Nullable String space,
        Details details) {
    static AdminAction of(AuditPrincipal principal, String action, String target) {
        return new AdminAction(principal, action, target, null, Details.none());
    }

    AdminAction inSpace(String space) {
        return new AdminAction(principal, action, target, space, details);
    }

    AdminAction withDetails(Details details) {
        return new AdminAction(principal, action, target, space, details);
    }
}
