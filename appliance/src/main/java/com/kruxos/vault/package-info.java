/** Keeps secrets encrypted, each under its own key, and lends one for one use. */
@NullMarked
package com.kruxos.vault;

import org.jspecify.annotations.NullMarked;
