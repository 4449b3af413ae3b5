/** The sessions that are open now, the calls in progress, and how to end both. */
@NullMarked
package com.kruxos.session;

import org.jspecify.annotations.NullMarked;
