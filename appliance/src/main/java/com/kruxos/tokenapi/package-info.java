/** The people's door: /api/v1 on the admin socket. */
@NullMarked
package com.kruxos.tokenapi;

import org.jspecify.annotations.NullMarked;
