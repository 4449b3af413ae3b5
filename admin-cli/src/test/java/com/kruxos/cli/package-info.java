@NullMarked
package com.kruxos.cli;

import org.jspecify.annotations.NullMarked;
