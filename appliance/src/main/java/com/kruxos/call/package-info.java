/** One call from question to answer: the street. No Jetty, no JDBI, no JSON nodes here. */
@NullMarked
package com.kruxos.call;

import org.jspecify.annotations.NullMarked;
