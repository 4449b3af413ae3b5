/**
 * The tamper-evident record of what was asked, decided and answered: append, read, verify.
 *
 * <p>Whoever is about to do something first appends an {@link com.kruxos.audit.Entry} with outcome
 * {@link com.kruxos.audit.Entry#OPEN}, {@link com.kruxos.audit.Durability#SYNCED}, and does it only when
 * {@link com.kruxos.audit.Audit#append} has returned; then appends the {@link com.kruxos.audit.Entry#closing} entry and
 * tells the outcome only when that has returned. {@link com.kruxos.audit.AuditWriteFailed} means no, both times. What
 * happens at once needs one entry only.
 *
 * <p>The log has a file of its own, so that no other change can hold it up. {@code docs/wire/audit.md} specifies what
 * is in it; leaves and hashes outlive this code, and {@code vectors.txt} beside the tests holds them still. One thread
 * writes ({@code AuditWriter}), on one connection ({@code Ledger}); the reserve for a full disk is {@code DiskReserve};
 * checking is {@code ChainVerifier}, which trusts nothing but bytes and shares with the writing side only the hash.
 *
 * <p>Strings of any length and content may be given: they are cut and mended, never a reason to refuse. Secrets,
 * arguments and results never belong into an entry: {@link com.kruxos.audit.Audit#digest} does.
 */
@NullMarked
package com.kruxos.audit;

import org.jspecify.annotations.NullMarked;
