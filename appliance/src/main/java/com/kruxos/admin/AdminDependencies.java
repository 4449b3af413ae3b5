package com.kruxos.admin;

import com.kruxos.identity.Agents;
import com.kruxos.identity.OperatorSessions;
import com.kruxos.identity.Operators;
import com.kruxos.identity.Spaces;
import com.kruxos.identity.UserTokens;
import com.kruxos.policy.AccessPolicy;
import com.kruxos.server.ServerRegistry;
import com.kruxos.session.Sessions;
import com.kruxos.tls.ServerCertificate;
import com.kruxos.vault.Vault;

/** The components that administration reads and changes. */
public record AdminDependencies(
        Spaces spaces,
        Agents agents,
        UserTokens tokens,
        Operators operators,
        OperatorSessions operatorSessions,
        Sessions sessions,
        ServerRegistry servers,
        Vault vault,
        AccessPolicy policy,
        ServerCertificate certificate) {}
