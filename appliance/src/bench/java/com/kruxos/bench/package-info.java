/** Measures the whole request pipeline and direct calls in one run; see docs/performance.md for the command. */
package com.kruxos.bench;
