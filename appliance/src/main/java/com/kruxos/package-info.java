/** Builds the appliance by hand in boot order, closes it in reverse; its main methods and its home. */
@NullMarked
package com.kruxos;

import org.jspecify.annotations.NullMarked;
