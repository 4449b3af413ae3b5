/** How we run Jetty: connectors, limits, headers, problem replies; the only place that configures it. */
@NullMarked
package com.kruxos.web;

import org.jspecify.annotations.NullMarked;
