/**
 * The management API, {@code /api/v1}, on the admin socket and on a loopback port.
 *
 * <p>{@link com.kruxos.tokenapi.TokenApi} opens both listeners. {@code ApiHandler} shows the whole processing of a
 * request; {@code ApiRoutes} is the route table, and {@code OpenApi} describes it. {@code docs/wire/api.md} is the
 * contract.
 */
@NullMarked
package com.kruxos.tokenapi;

import org.jspecify.annotations.NullMarked;
