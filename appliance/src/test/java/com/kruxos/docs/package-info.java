/** Holds what the documents say against what is there. */
@NullMarked
package com.kruxos.docs;

import org.jspecify.annotations.NullMarked;
