package com.kruxos.admin;

import com.kruxos.identity.Agents;
import com.kruxos.identity.Operators;
import com.kruxos.identity.Seats;
import com.kruxos.identity.Spaces;
import com.kruxos.identity.UserTokens;
import com.kruxos.policy.Policy;
import com.kruxos.session.Sessions;
import com.kruxos.tls.ServerCertificate;
import com.kruxos.vault.Vault;

/** What administration works on. */
public record Parts(
        Spaces spaces,
        Agents agents,
        UserTokens tokens,
        Operators operators,
        Seats seats,
        Sessions sessions,
        ServerShelf servers,
        Vault vault,
        Policy policy,
        ServerCertificate certificate) {}
