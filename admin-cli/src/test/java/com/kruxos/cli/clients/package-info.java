@NullMarked
package com.kruxos.cli.clients;

import org.jspecify.annotations.NullMarked;
