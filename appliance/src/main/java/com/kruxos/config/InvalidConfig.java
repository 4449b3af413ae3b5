package com.kruxos.config;

import java.util.List;

/** The configuration file says something we do not accept. Every fault is named at once. */
public final class InvalidConfig extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> errors;

    InvalidConfig(String file, List<String> faults) {
        super(file + " is not accepted:\n  " + String.join("\n  ", faults));
        this.errors = List.copyOf(faults);
    }

    /** One line a fault, each beginning with the place in the file. Never contains a value that may be a secret. */
    public List<String> errors() {
        return errors;
    }

    public String hint() {
        return "correct the lines named, or move the file away to start with the defaults";
    }
}
