/** Measures the whole street against the direct call in one run; see docs/performance.md for the command. */
package com.kruxos.bench;
