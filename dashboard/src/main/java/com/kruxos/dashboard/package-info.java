/** The pages an operator sees; knows nothing but what it is given. */
@NullMarked
package com.kruxos.dashboard;

import org.jspecify.annotations.NullMarked;
