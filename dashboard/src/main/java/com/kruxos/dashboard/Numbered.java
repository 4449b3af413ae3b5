package com.kruxos.dashboard;

import java.util.List;
import java.util.stream.IntStream;

/** Something in a list, and which one it is, from 1: ids have to differ. */
record Numbered<T>(int number, T value) {
    static <T> List<Numbered<T>> of(List<T> values) {
        return IntStream.range(0, values.size())
                .mapToObj(at -> new Numbered<>(at + 1, values.get(at)))
                .toList();
    }

    boolean first() {
        return number == 1;
    }
}
