/**
 * Builds the package: a folder and an archive with jars and a Java runtime. Runs in the build only and is not shipped.
 */
@NullMarked
package com.kruxos.image;

import org.jspecify.annotations.NullMarked;
