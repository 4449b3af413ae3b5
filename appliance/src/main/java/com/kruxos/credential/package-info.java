/** Turns what a server declares into what the wire needs. */
@NullMarked
package com.kruxos.credential;

import org.jspecify.annotations.NullMarked;
