package com.kruxos.dashboard.agent;

import java.util.List;
import java.util.stream.IntStream;

/** Something in a list, and which one it is, from 1: ids have to differ. */
public record NumberedItem<T>(int number, T value) {
    public static <T> List<NumberedItem<T>> of(List<T> values) {
        return IntStream.range(0, values.size())
                .mapToObj(at -> new NumberedItem<>(at + 1, values.get(at)))
                .toList();
    }

    public boolean isFirst() {
        return number == 1;
    }
}
