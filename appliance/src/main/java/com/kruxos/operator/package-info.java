/** The dashboard on port 7800: browser sessions, page routes and handlers. */
@NullMarked
package com.kruxos.operator;

import org.jspecify.annotations.NullMarked;
