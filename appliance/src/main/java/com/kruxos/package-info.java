/** The appliance whole: every feature built by hand in boot order, closed in reverse, and the main that does so. */
@NullMarked
package com.kruxos;

import org.jspecify.annotations.NullMarked;
