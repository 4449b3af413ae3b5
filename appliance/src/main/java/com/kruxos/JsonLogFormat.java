package com.kruxos;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import tools.jackson.core.io.JsonStringEncoder;

/** Log format: one JSON object a line on stderr, which journald stores as it is. */
public final class JsonLogFormat extends Formatter {
    private static final int MAX_LENGTH = 8_192;

    /** Warns with a stack trace of every aborted connection. A strong reference, or the level is lost. */
    private static final Logger QUIET = Logger.getLogger("org.eclipse.jetty.server.DetectorConnectionFactory");

    /** Replaces the logging configuration: level WARNING for libraries, INFO for KruxOS. */
    public static void install() {
        LogManager.getLogManager().reset();
        var console = new ConsoleHandler();
        console.setFormatter(new JsonLogFormat());
        console.setLevel(Level.ALL);
        var root = Logger.getLogger("");
        root.addHandler(console);
        root.setLevel(Level.WARNING);
        QUIET.setLevel(Level.OFF);
    }

    @Override
    public String format(LogRecord record) {
        var text = new StringBuilder(formatMessage(record));
        var thrown = record.getThrown();
        if (thrown != null) {
            var trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace));
            text.append('\n').append(trace);
        }
        if (text.length() > MAX_LENGTH) {
            text.setLength(MAX_LENGTH);
        }
        return "{\"time\":\"" + record.getInstant() + "\",\"level\":\""
                + record.getLevel().getName() + "\",\"logger\":" + quoted(String.valueOf(record.getLoggerName()))
                + ",\"message\":" + quoted(text.toString()) + "}\n";
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
    }
}
