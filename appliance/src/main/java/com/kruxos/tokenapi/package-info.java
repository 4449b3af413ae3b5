/**
 * The people's door: /api/v1 on the admin socket.
 *
 * <p>{@link com.kruxos.tokenapi.TokenApi} opens it. A request passes {@code Door} (who is it, which route, may they),
 * then one handler of the table in {@code Routes}, and leaves as a {@code Reply}. What goes wrong on the way is a
 * {@link com.kruxos.web.Problem}. {@code docs/wire/api.md} says the contract.
 */
@NullMarked
package com.kruxos.tokenapi;

import org.jspecify.annotations.NullMarked;
