/**
 * Who is at the door: Spaces, agents, users and their keys, tickets and tokens.
 *
 * <p>Credentials are made here, shown once as a {@link com.kruxos.identity.NewCredential} and kept only as keyed
 * hashes. {@link com.kruxos.identity.Agents} and {@link com.kruxos.identity.UserTokens} answer from memory; both tables
 * and memory are changed by the same class, tables first. Refusals are values ({@link com.kruxos.identity.Answer}).
 * Nothing here knows of connections: who revokes an agent ends its sessions afterwards.
 */
@NullMarked
package com.kruxos.identity;

import org.jspecify.annotations.NullMarked;
