/**
 * The listeners: Jetty with our connectors, limits, TLS, host filter and error responses. This is the only package that
 * configures Jetty's server.
 */
@NullMarked
package com.kruxos.web;

import org.jspecify.annotations.NullMarked;
