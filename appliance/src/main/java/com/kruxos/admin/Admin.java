package com.kruxos.admin;

import com.kruxos.audit.AuditLog;

/** Everything people can do, by subject: what a door is given. */
public record Admin(
        Acts acts,
        StatusDesk status,
        SpaceAdmin spaces,
        AgentAdmin agents,
        TokenAdmin tokens,
        OperatorAdmin operators,
        ServerAdmin servers,
        ToolDesk tools,
        SecretAdmin secrets,
        SessionDesk sessions,
        CertificateAdmin certificate,
        AuditDesk audit) {
    public static Admin of(AuditLog audit, Parts parts, Facts facts) {
        return of(new Acts(audit), audit, parts, facts);
    }

    static Admin of(Acts acts, AuditLog audit, Parts parts, Facts facts) {
        return new Admin(
                acts,
                new StatusDesk(facts, parts, audit),
                new SpaceAdmin(acts, parts),
                new AgentAdmin(acts, parts),
                new TokenAdmin(acts, parts),
                new OperatorAdmin(acts, parts),
                new ServerAdmin(acts, parts),
                new ToolDesk(parts),
                new SecretAdmin(acts, parts),
                new SessionDesk(acts, parts),
                new CertificateAdmin(acts, parts.certificate()),
                new AuditDesk(audit));
    }
}
