/**
 * The stdio shim: connects a client that uses standard input and output to the gateway. One line is one WebSocket
 * message.
 *
 * <p>Messages are forwarded byte for byte. After a lost connection the shim reconnects; pending requests are answered
 * with an error, because they may have been executed.
 */
@NullMarked
package com.kruxos.cli.shim;

import org.jspecify.annotations.NullMarked;
