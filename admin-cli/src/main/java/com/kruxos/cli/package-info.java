/** The kruxos commands: each asks the running appliance over its API and prints the answer. */
@NullMarked
package com.kruxos.cli;

import org.jspecify.annotations.NullMarked;
