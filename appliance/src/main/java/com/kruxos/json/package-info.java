/** JSON as a tree, for what is read or written whole: bodies of the API, stored lists, records shown on a page. */
@NullMarked
package com.kruxos.json;

import org.jspecify.annotations.NullMarked;
