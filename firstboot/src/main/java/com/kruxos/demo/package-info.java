/** The demonstration of {@code kruxos up --demo}: lend, refuse, revoke, prove. */
@NullMarked
package com.kruxos.demo;

import org.jspecify.annotations.NullMarked;
