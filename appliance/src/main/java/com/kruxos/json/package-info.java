/** JSON trees, for documents that are read or written as a whole: API bodies, stored lists, audit records on pages. */
@NullMarked
package com.kruxos.json;

import org.jspecify.annotations.NullMarked;
