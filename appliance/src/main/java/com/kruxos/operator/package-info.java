/** The operators' door on 7800: who is there, what they ask for, and the pages they get. */
@NullMarked
package com.kruxos.operator;

import org.jspecify.annotations.NullMarked;
