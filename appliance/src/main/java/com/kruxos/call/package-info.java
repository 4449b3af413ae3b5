/** The request pipeline: from the request of an agent to its response. Uses no Jetty, JDBI or JSON trees. */
@NullMarked
package com.kruxos.call;

import org.jspecify.annotations.NullMarked;
