/**
 * JSON with the byte position of each value.
 *
 * <p>For code that changes or routes the JSON of other programs: values that it does not need are checked, but never
 * written again.
 */
@NullMarked
package com.kruxos.cli.json;

import org.jspecify.annotations.NullMarked;
