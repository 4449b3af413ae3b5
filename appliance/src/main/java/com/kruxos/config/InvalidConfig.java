package com.kruxos.config;

import java.util.List;

/** The configuration file has errors. */
public final class InvalidConfig extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> errors;

    InvalidConfig(String file, List<String> faults) {
        super(file + " is not valid:\n  " + String.join("\n  ", faults));
        this.errors = List.copyOf(faults);
    }

    /** One line for each error, starting with the path of the setting. Contains no value of the file. */
    public List<String> errors() {
        return errors;
    }

    public String hint() {
        return "correct these settings, or move the file away to start with the defaults";
    }
}
