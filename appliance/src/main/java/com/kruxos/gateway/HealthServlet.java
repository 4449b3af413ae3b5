package com.kruxos.gateway;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * {@code /healthz} and {@code /readyz}: 200 or 503 and one word, for load balancers. Needs no key, so it says no more.
 */
final class HealthServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient BooleanSupplier healthy;

    HealthServlet(BooleanSupplier well) {
        this.healthy = well;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var ok = healthy.getAsBoolean();
        response.setStatus(ok ? 200 : 503);
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        // Unauthenticated connections are closed soon, so the client is told not to reuse it.
        response.setHeader("Connection", "close");
        response.getOutputStream()
                .write(("{\"status\":\"" + (ok ? "ok" : "unavailable") + "\"}").getBytes(StandardCharsets.UTF_8));
    }
}
