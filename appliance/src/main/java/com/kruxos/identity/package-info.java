/** Who is at the door: Spaces, agents, users and their keys and tokens. */
@NullMarked
package com.kruxos.identity;

import org.jspecify.annotations.NullMarked;
