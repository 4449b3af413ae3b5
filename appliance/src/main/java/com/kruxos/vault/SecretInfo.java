package com.kruxos.vault;

import java.time.Instant;

/**
 * What a list says about a secret: everything but its value.
 *
 * @param created when this name was first put (since it was last deleted)
 * @param updated when this version was put
 * @param decrypts whether it was decrypted just now without complaint
 */
public record SecretInfo(SecretName name, long version, Instant created, Instant updated, boolean decrypts) {}
