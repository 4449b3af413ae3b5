/** Turns an empty box into an appliance. */
@NullMarked
package com.kruxos.firstboot;

import org.jspecify.annotations.NullMarked;
