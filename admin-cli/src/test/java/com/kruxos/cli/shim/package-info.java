@NullMarked
package com.kruxos.cli.shim;

import org.jspecify.annotations.NullMarked;
