/**
 * Finds where things are in JSON text, and leaves every byte where it is.
 *
 * <p>For those who change or route somebody else's JSON: what is not looked for is stepped over, never read and written
 * anew. Comments and commas before a closing bracket are allowed where the reader says so.
 */
@NullMarked
package com.kruxos.cli.json;

import org.jspecify.annotations.NullMarked;
