/**
 * Foreign calls to the C library, and what {@code /proc} says. A call that the operating system does not have returns
 * false or empty; it does not throw.
 */
@NullMarked
package com.kruxos.os;

import org.jspecify.annotations.NullMarked;
