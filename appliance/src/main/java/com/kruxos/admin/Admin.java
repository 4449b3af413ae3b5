package com.kruxos.admin;

import com.kruxos.audit.AuditLog;

/** All administration, one component per subject. Used by the token API and the dashboard. */
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
    public static Admin of(AuditLog audit, AdminDependencies dependencies, ApplianceInfo info) {
        return of(new AuditedActions(audit), audit, dependencies, info);
    }

    static Admin of(AuditedActions actions, AuditLog audit, AdminDependencies dependencies, ApplianceInfo info) {
        return new Admin(
                actions,
                new StatusAdmin(info, dependencies, audit),
                new SpaceAdmin(actions, dependencies),
                new AgentAdmin(actions, dependencies),
                new TokenAdmin(actions, dependencies),
                new OperatorAdmin(actions, dependencies),
                new ServerAdmin(actions, dependencies),
                new ToolAdmin(dependencies),
                new SecretAdmin(actions, dependencies),
                new SessionAdmin(actions, dependencies),
                new CertificateAdmin(actions, dependencies.certificate()),
                new AuditAdmin(audit));
    }
}
