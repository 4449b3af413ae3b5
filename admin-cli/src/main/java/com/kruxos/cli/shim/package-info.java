/**
 * Stands in for the gateway towards a client that only speaks to a program's standard input and output: one line there
 * is one WebSocket message here.
 *
 * <p>Messages pass as the bytes they are. The connection may fall and come back; the client notices that only by the
 * requests that were under way, which are answered with an error, because nobody knows whether they were carried out.
 */
@NullMarked
package com.kruxos.cli.shim;

import org.jspecify.annotations.NullMarked;
