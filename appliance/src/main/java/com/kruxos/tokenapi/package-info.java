/**
 * The people's doors: /api/v1 on the admin socket, and on a port of this machine.
 *
 * <p>{@link com.kruxos.tokenapi.TokenApi} opens both. A request passes {@code Door} (who is it, which route, may they;
 * was it asked before, is it still what was read), then one handler of the table in {@code Routes}, and leaves as a
 * {@code Reply}. {@code OpenApi} describes the table. What goes wrong on the way is a {@link com.kruxos.web.Problem}.
 * {@code docs/wire/api.md} says the contract.
 */
@NullMarked
package com.kruxos.tokenapi;

import org.jspecify.annotations.NullMarked;
