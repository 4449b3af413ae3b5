/** Tries what was made for shipping, the way somebody does who unpacks it. */
@NullMarked
package com.kruxos.image;

import org.jspecify.annotations.NullMarked;
