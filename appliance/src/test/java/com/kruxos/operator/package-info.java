/** The operators' door, asked by a client that behaves like a browser, or does not. */
@NullMarked
package com.kruxos.operator;

import org.jspecify.annotations.NullMarked;
