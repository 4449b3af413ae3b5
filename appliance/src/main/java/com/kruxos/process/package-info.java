/** Child processes: how they start, as a direct child or in a systemd unit, and how their process tree ends. */
@NullMarked
package com.kruxos.process;

import org.jspecify.annotations.NullMarked;
