package com.kruxos;

import com.kruxos.identity.Agents;
import com.kruxos.identity.ChangeFeed;
import com.kruxos.identity.OperatorSessions;
import com.kruxos.identity.Operators;
import com.kruxos.identity.Spaces;
import com.kruxos.identity.UserTokens;
import com.kruxos.store.Database;
import com.kruxos.vault.Vault;
import java.time.InstantSource;
import java.util.Arrays;

/** The registries of all principals. They share the pepper under which their credentials are hashed. */
record Identities(
        Spaces spaces, Agents agents, UserTokens userTokens, Operators operators, OperatorSessions operatorSessions) {
    static Identities open(Database database, Vault vault, InstantSource clock) {
        try (var key = vault.systemKey("pepper")) {
            var pepper = key.value().clone();
            var changes = new ChangeFeed();
            try {
                return new Identities(
                        new Spaces(database, clock),
                        Agents.open(database, changes, pepper, clock),
                        UserTokens.open(database, changes, pepper, clock),
                        Operators.open(database, changes, pepper, clock),
                        new OperatorSessions(pepper, clock));
            } finally {
                Arrays.fill(pepper, (byte) 0);
            }
        }
    }
}
