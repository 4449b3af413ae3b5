package com.kruxos.vault;

import java.time.Instant;

/**
 * A secret in a list: everything but its value.
 *
 * @param created when the name was first stored since its last deletion
 * @param updated when this version was stored
 * @param decrypts whether this version could be decrypted
 */
public record SecretInfo(SecretName name, long version, Instant created, Instant updated, boolean decrypts) {}
