package com.kruxos.operator;

import com.kruxos.web.ErrorStyle;
import com.kruxos.web.ProblemErrorHandler;
import com.kruxos.web.http.Problem;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The error page for requests that do not reach the dashboard's own pages. It has no style sheet: for an unknown host
 * name that would be refused, too.
 */
final class PlainErrorPage implements ErrorStyle {
    @Override
    public void addCommonHeaders(HttpFields.Mutable fields) {
        SecurityHeaders.put(fields);
    }

    /** Problems contain no text from the request, so nothing is escaped. */
    @Override
    public void writeError(Response response, Callback callback, Problem problem) {
        var page = """
                <!doctype html>
                <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark"><title>%1$s · KruxOS</title>
                <h1>%1$s</h1><p>%2$s</p><p>%3$s</p></html>
                """.formatted(problem.title(), PageResponses.sentence(problem.detail()), hint(problem));
        ProblemErrorHandler.write(
                response, callback, problem.status(), PageResponses.HTML_TYPE, StandardCharsets.UTF_8.encode(page));
    }

    /** Replaces the hints that point to API documentation. */
    private static String hint(Problem problem) {
        return switch (problem.status()) {
            case 400, 404, 405 -> "Start at the home page.";
            default -> PageResponses.sentence(problem.hint());
        };
    }
}
