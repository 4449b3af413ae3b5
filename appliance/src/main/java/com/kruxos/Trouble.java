package com.kruxos;

import com.kruxos.audit.CannotOpenAudit;
import com.kruxos.audit.CannotRecord;
import com.kruxos.config.InvalidConfig;
import com.kruxos.store.CannotOpenDatabase;
import com.kruxos.tls.CannotUseCertificate;
import com.kruxos.transport.CannotStart;
import com.kruxos.vault.CannotCreateVault;
import com.kruxos.vault.VaultLocked;
import com.kruxos.web.CannotListen;

/**
 * Why the appliance did not start, in two sentences for the person who started it.
 *
 * @param what what is wrong
 * @param hint what to do
 */
public record Trouble(String what, String hint) {
    /** The sentences for a failure; one we did not foresee names its kind. */
    public static Trouble of(Throwable failure) {
        var what = String.valueOf(failure.getMessage());
        return switch (failure) {
            case CannotUseHome e -> new Trouble(what, e.hint());
            case CannotOpenDatabase e -> new Trouble(what, e.hint());
            case CannotCreateVault e -> new Trouble(what, e.hint());
            case VaultLocked e -> new Trouble(what, e.hint());
            case CannotUseCertificate e -> new Trouble(what, e.hint());
            case CannotListen e -> new Trouble(what, e.hint());
            case InvalidConfig e -> new Trouble(what, e.hint());
            case CannotOpenAudit e -> new Trouble(what, e.hint());
            case CannotRecord e -> new Trouble(what, e.hint());
            case CannotStart e -> new Trouble(what, e.hint());
            case LinkageError e ->
                new Trouble("a part of the program cannot be loaded: " + e, "install it again; what it keeps stays");
            case Options.Usage _ -> new Trouble(what, "kruxos --help lists the commands");
            default ->
                new Trouble(
                        failure.getClass().getSimpleName() + ": " + what, "this is a fault of ours: please report it");
        };
    }

    /** Prints both to the error stream. */
    public void print() {
        System.err.println("error: " + what);
        System.err.println("hint: " + hint);
    }
}
