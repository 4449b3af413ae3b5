/**
 * The settings files of MCP clients: what an entry for this gateway looks like in each, and how it gets into a file
 * that is not ours.
 *
 * <p>A file is never read and written anew: our members are spliced in, and every other byte stays. Whatever is put in
 * are names (of a variable, of an input the client asks for), never a key.
 */
@NullMarked
package com.kruxos.cli.clients;

import org.jspecify.annotations.NullMarked;
