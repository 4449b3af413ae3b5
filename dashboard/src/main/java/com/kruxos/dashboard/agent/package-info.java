/** The list of agents, one agent, the form for a new one, and the page that shows a new key once. */
@NullMarked
package com.kruxos.dashboard.agent;

import org.jspecify.annotations.NullMarked;
