@NullMarked
package com.kruxos.cli.spans;

import org.jspecify.annotations.NullMarked;
