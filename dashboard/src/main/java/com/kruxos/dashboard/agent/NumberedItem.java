package com.kruxos.dashboard.agent;

import java.util.List;
import java.util.stream.IntStream;

/** An item of a list with its number from 1, from which templates make unique element ids. */
record NumberedItem<T>(int number, T value) {
    static <T> List<NumberedItem<T>> of(List<T> values) {
        return IntStream.range(0, values.size())
                .mapToObj(index -> new NumberedItem<>(index + 1, values.get(index)))
                .toList();
    }

    boolean isFirst() {
        return number == 1;
    }
}
