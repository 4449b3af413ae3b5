/** Values that most packages need: the result of an operation, typed ids, and suggestions for misspelled words. */
@NullMarked
package com.kruxos.result;

import org.jspecify.annotations.NullMarked;
