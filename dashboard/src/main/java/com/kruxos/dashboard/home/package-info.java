/** The home page: health, pending items, sessions, calls and the newest audit records. */
@NullMarked
package com.kruxos.dashboard.home;

import org.jspecify.annotations.NullMarked;
