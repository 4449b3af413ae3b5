package com.kruxos.dashboard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operator's own page. Posts {@code current}, {@code passphrase} and {@code again} to {@code /account/passphrase},
 * and nothing more than {@code csrf} to {@code /account/seats/{id}/end}, {@code /account/sign-out-everywhere} and
 * {@code /sign-out}.
 *
 * @param seats where the operator is signed in
 * @param problem why what was posted did not do; absent otherwise
 */
public record Account(
        String name,
        List<Seat> seats,
        List<OperatorRow> operators,
        @Nullable String problem) {
    public Account {
        seats = List.copyOf(seats);
        operators = List.copyOf(operators);
    }
}
