/** The kruxos commands. Each calls the API of the running appliance and prints the response. */
@NullMarked
package com.kruxos.cli;

import org.jspecify.annotations.NullMarked;
