/** May this caller make this call? A pure function of caller, call and rules. */
@NullMarked
package com.kruxos.policy;

import org.jspecify.annotations.NullMarked;
