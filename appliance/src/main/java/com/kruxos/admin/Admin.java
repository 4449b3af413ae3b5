package com.kruxos.admin;

import com.kruxos.audit.AuditLog;

/** Everything people can do, by subject: what a door is given. */
public record Admin(
        AuditedActions actions,
        StatusAdmin status,
        SpaceAdmin spaces,
        AgentAdmin agents,
        TokenAdmin tokens,
        OperatorAdmin operators,
        ServerAdmin servers,
        ToolAdmin tools,
        SecretAdmin secrets,
        SessionAdmin sessions,
        CertificateAdmin certificate,
        AuditAdmin audit) {
    public static Admin of(AuditLog audit, AdminDependencies parts, ApplianceInfo facts) {
        return of(new AuditedActions(audit), audit, parts, facts);
    }

    static Admin of(AuditedActions acts, AuditLog audit, AdminDependencies parts, ApplianceInfo facts) {
        return new Admin(
                acts,
                new StatusAdmin(facts, parts, audit),
                new SpaceAdmin(acts, parts),
                new AgentAdmin(acts, parts),
                new TokenAdmin(acts, parts),
                new OperatorAdmin(acts, parts),
                new ServerAdmin(acts, parts),
                new ToolAdmin(parts),
                new SecretAdmin(acts, parts),
                new SessionAdmin(acts, parts),
                new CertificateAdmin(acts, parts.certificate()),
                new AuditAdmin(audit));
    }
}
