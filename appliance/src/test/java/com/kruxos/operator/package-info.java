/** Tests of the dashboard over HTTPS. */
@NullMarked
package com.kruxos.operator;

import org.jspecify.annotations.NullMarked;
