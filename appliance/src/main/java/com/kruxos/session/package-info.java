/** Who is connected now, by which credential, and how to cut them off. */
@NullMarked
package com.kruxos.session;

import org.jspecify.annotations.NullMarked;
