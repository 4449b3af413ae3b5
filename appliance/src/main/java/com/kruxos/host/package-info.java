/**
 * The few things we ask of the operating system by foreign call or from /proc.
 *
 * <p>Foreign calls need the start option {@code --enable-native-access=ALL-UNNAMED}. What another system than Linux
 * cannot do answers false or empty; nothing here fails for that reason.
 */
@NullMarked
package com.kruxos.host;

import org.jspecify.annotations.NullMarked;
