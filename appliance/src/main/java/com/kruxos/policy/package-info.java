/** Which calls an agent may make. A pure function of caller, call and rules. */
@NullMarked
package com.kruxos.policy;

import org.jspecify.annotations.NullMarked;
