/** The few things we ask of the operating system by foreign call or from /proc. */
@NullMarked
package com.kruxos.host;

import org.jspecify.annotations.NullMarked;
