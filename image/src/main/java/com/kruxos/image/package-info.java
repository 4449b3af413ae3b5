/**
 * Makes what is shipped out of the jars: a folder and an archive with a Java runtime of their own. Runs in the build
 * only; nothing of it is shipped.
 */
@NullMarked
package com.kruxos.image;

import org.jspecify.annotations.NullMarked;
