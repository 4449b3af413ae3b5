package com.kruxos.operator;

import com.kruxos.web.ErrorStyle;
import com.kruxos.web.ProblemErrorHandler;
import com.kruxos.web.http.Problem;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What this door shows when its pages are not asked: a refusal as a page without a style sheet, which under a name that
 * is not ours would be refused too.
 */
final class PlainErrorPage implements ErrorStyle {
    @Override
    public void addCommonHeaders(HttpFields.Mutable fields) {
        SecurityHeaders.put(fields);
    }

    /** Nothing in a problem comes from outside, so nothing is escaped. */
    @Override
    public void writeError(Response response, Callback callback, Problem problem) {
        var page = """
                <!doctype html>
                <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark"><title>%1$s · KruxOS</title>
                <h1>%1$s</h1><p>%2$s</p><p>%3$s</p></html>
                """.formatted(problem.title(), SignInPages.sentence(problem.detail()), hint(problem));
        ProblemErrorHandler.write(
                response, callback, problem.status(), PageResponse.HTML_TYPE, StandardCharsets.UTF_8.encode(page));
    }

    /** What a program is told to look up is nothing for a person at a browser. */
    private static String hint(Problem problem) {
        return switch (problem.status()) {
            case 400, 404, 405 -> "Begin at the first page.";
            default -> SignInPages.sentence(problem.hint());
        };
    }
}
