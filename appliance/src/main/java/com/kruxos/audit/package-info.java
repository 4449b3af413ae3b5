/**
 * The tamper-evident audit log: append, read, prove, verify.
 *
 * <p>Before an act, its caller records an intent ({@link com.kruxos.audit.AuditLog#recordIntent}) and acts only when
 * that has returned. After the act it records the outcome ({@link com.kruxos.audit.AuditLog#recordOutcome}) and reports
 * it only when that has returned. {@link com.kruxos.audit.AuditWriteFailed} means no in both cases. An act that cannot
 * fail half-way needs one entry only ({@link com.kruxos.audit.AuditLog#append}).
 *
 * <p>The log has a database file of its own, so that no other change delays it. {@code docs/wire/audit.md} specifies
 * its content; leaves and hashes outlive this code, and {@code vectors.txt} in the tests pins them. One thread writes
 * ({@code AuditWriter}), on one connection ({@code AuditStore}); {@code DiskReserve} holds space for a full disk;
 * {@code ChainVerifier} trusts only bytes and shares nothing with the writer but the hash function.
 *
 * <p>Entries accept strings of any length and content: they are truncated and repaired, never a reason to refuse.
 * Secrets, arguments and results must never be in an entry, only their {@link com.kruxos.audit.AuditLog#digest}.
 */
@NullMarked
package com.kruxos.audit;

import org.jspecify.annotations.NullMarked;
