/** Texts, times, rows and the page buffer that the pages of all subjects share. */
@NullMarked
package com.kruxos.dashboard.page;

import org.jspecify.annotations.NullMarked;
