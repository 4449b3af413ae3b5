package com.kruxos.vault;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Overwrites arrays that held secrets. */
public final class Wipe {
    private Wipe() {}

    public static void bytes(byte @Nullable [] array) {
        if (array != null) {
            Arrays.fill(array, (byte) 0);
        }
    }
}
