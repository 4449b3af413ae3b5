/** Removal of lent values from output: results, errors, notifications, stderr and logs. */
@NullMarked
package com.kruxos.redact;

import org.jspecify.annotations.NullMarked;
