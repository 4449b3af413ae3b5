/** Every change a person can make: allowed, recorded, done. */
@NullMarked
package com.kruxos.admin;

import org.jspecify.annotations.NullMarked;
