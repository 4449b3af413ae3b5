/** Tests of the developer's launcher script at the root. */
@NullMarked
package com.kruxos.launcher;

import org.jspecify.annotations.NullMarked;
