/**
 * Stores secrets encrypted, each version under its own key, and lends one for one use.
 *
 * <p>{@link com.kruxos.vault.Vault} is the entry point. The root key is encrypted in age files ({@code Keyring}), space
 * keys are encrypted under the root key ({@code SpaceKeys}), and a record is encrypted under a key derived from its
 * space key and its salt ({@code RecordSeal}). {@code docs/wire/vault.md} specifies the format.
 */
@NullMarked
package com.kruxos.vault;

import org.jspecify.annotations.NullMarked;
