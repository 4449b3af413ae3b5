/**
 * The settings files of MCP clients: the entry for this gateway in the format of each client, and edits of those files.
 *
 * <p>A file is never parsed and written again: our members are inserted, and every other byte stays. An entry holds the
 * name of a variable or of an input that the client asks for, never a key.
 */
@NullMarked
package com.kruxos.cli.clients;

import org.jspecify.annotations.NullMarked;
