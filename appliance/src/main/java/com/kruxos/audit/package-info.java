/** The tamper-evident record of what was asked, decided and answered: append, read, verify. */
@NullMarked
package com.kruxos.audit;

import org.jspecify.annotations.NullMarked;
