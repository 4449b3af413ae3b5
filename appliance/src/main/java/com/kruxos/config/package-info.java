/** The settings of {@code kruxos.yaml}, read strictly: unknown settings and invalid values are errors. */
@NullMarked
package com.kruxos.config;

import org.jspecify.annotations.NullMarked;
