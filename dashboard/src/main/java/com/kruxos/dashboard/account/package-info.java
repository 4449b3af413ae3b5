/** The operator's own page. */
@NullMarked
package com.kruxos.dashboard.account;

import org.jspecify.annotations.NullMarked;
