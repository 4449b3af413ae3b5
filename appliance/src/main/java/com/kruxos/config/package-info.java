/** What the owner may set, read strictly from one file. */
@NullMarked
package com.kruxos.config;

import org.jspecify.annotations.NullMarked;
