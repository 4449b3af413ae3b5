/**
 * Child processes: how the programs of MCP servers are started, and stopped together with everything they started.
 *
 * <p>{@link com.kruxos.process.ProcessLauncher} has two implementations: plain child processes of the appliance's own
 * user, and systemd units with a user of their own. {@link com.kruxos.process.OrphanProcesses} kills at boot what a
 * killed appliance left behind.
 */
@NullMarked
package com.kruxos.process;

import org.jspecify.annotations.NullMarked;
