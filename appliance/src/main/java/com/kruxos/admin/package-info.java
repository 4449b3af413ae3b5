/**
 * Every change a person can make: allowed, recorded, done.
 *
 * <p>One small class per subject; each changes things only through {@link com.kruxos.admin.Acts}, which writes an
 * intent to disk, makes the change and writes what came of it. Doors check who may ask and call these; refusals come
 * back as values, a broken world as exceptions. {@link com.kruxos.admin.Admin} holds them all.
 */
@NullMarked
package com.kruxos.admin;

import org.jspecify.annotations.NullMarked;
