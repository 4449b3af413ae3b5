/**
 * Principals and their credentials: Spaces, agents, users, operators; keys, tickets, tokens, passphrases and browser
 * sessions.
 *
 * <p>A credential is created here, shown once as a {@link com.kruxos.identity.NewCredential}, and stored only as a
 * keyed hash. {@link com.kruxos.identity.Agents} and {@link com.kruxos.identity.UserTokens} authenticate from memory;
 * the class that owns a table changes the table first, then its cache. Refusals are values
 * ({@link com.kruxos.result.Result}). Nothing here knows connections: after revoking an agent, the caller ends its
 * sessions.
 */
@NullMarked
package com.kruxos.identity;

import org.jspecify.annotations.NullMarked;
