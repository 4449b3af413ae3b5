/** The database: opening, migrations, transactions. */
@NullMarked
package com.kruxos.store;

import org.jspecify.annotations.NullMarked;
