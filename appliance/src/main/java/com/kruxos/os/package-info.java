/**
 * What the JDK does not offer of the operating system, by foreign calls to the C library and from {@code /proc}: locked
 * memory, pipes that never block, Unix sockets that pass descriptors, signals, notifications to systemd.
 *
 * <p>The JVM needs the option {@code --enable-native-access=ALL-UNNAMED}. On systems other than Linux the methods
 * return empty or false instead of failing.
 */
@NullMarked
package com.kruxos.os;

import org.jspecify.annotations.NullMarked;
