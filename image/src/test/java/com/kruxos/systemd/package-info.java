/** Tests of units and package: what they say, and what they do under a real systemd. */
@NullMarked
package com.kruxos.systemd;

import org.jspecify.annotations.NullMarked;
