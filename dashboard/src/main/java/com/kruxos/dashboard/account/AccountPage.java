package com.kruxos.dashboard.account;

import com.kruxos.dashboard.layout.Layout;
import com.kruxos.dashboard.layout.Page;
import com.kruxos.dashboard.page.RenderedPage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operator's own page. Posts {@code current}, {@code passphrase} and {@code again} to {@code /account/passphrase};
 * posts only {@code csrf} to {@code /account/seats/{id}/end}, {@code /account/sign-out-everywhere} and
 * {@code /sign-out}.
 *
 * @param sessions the operator's own sessions
 * @param problem why the last form was refused, if one was
 */
public record AccountPage(
        String name,
        List<BrowserRow> sessions,
        List<OperatorRow> operators,
        @Nullable String problem) implements Page {
    public AccountPage {
        sessions = List.copyOf(sessions);
        operators = List.copyOf(operators);
    }

    @Override
    public RenderedPage render(Layout layout) {
        return RenderedPage.of((out, interceptor) -> JteaccountGenerated.render(out, interceptor, layout, this));
    }
}
