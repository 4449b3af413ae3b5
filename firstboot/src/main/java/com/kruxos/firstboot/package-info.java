/** The commands {@code up} and {@code setup}: prepare an empty home. */
@NullMarked
package com.kruxos.firstboot;

import org.jspecify.annotations.NullMarked;
