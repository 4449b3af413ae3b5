/** The page for a failed request. */
@NullMarked
package com.kruxos.dashboard.error;

import org.jspecify.annotations.NullMarked;
