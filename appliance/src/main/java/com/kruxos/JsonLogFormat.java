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

/** Logs one JSON object a line to the error stream, which journald takes as it is. */
public final class JsonLogFormat extends Formatter {
    private static final int LONGEST = 8_192;

    /**
     * It warns, with a trace, of everybody who connects and hangs up: anyone could fill the log. Kept, or it is lost.
     */
    private static final Logger QUIET = Logger.getLogger("org.eclipse.jetty.server.DetectorConnectionFactory");

    /**
     * Takes the place of whatever was set up before; warnings and worse of libraries, everything from information on of
     * ours.
     */
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
        if (text.length() > LONGEST) {
            text.setLength(LONGEST);
        }
        return "{\"time\":\"" + record.getInstant() + "\",\"level\":\""
                + record.getLevel().getName() + "\",\"logger\":" + quoted(String.valueOf(record.getLoggerName()))
                + ",\"message\":" + quoted(text.toString()) + "}\n";
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
    }
}
