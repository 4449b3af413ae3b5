package com.kruxos.dashboard.account;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operator's own page. Posts {@code current}, {@code passphrase} and {@code again} to {@code /account/passphrase},
 * and nothing more than {@code csrf} to {@code /account/seats/{id}/end}, {@code /account/sign-out-everywhere} and
 * {@code /sign-out}.
 *
 * @param sessions where the operator is signed in
 * @param problem why what was posted did not do; absent otherwise
 */
public record AccountPage(
        String name,
        List<BrowserRow> sessions,
        List<OperatorRow> operators,
        @Nullable String problem) {
    public AccountPage {
        sessions = List.copyOf(sessions);
        operators = List.copyOf(operators);
    }
}
