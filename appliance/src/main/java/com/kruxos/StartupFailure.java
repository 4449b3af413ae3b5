package com.kruxos;

import com.kruxos.audit.AuditOpenFailed;
import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.config.InvalidConfig;
import com.kruxos.process.CannotStart;
import com.kruxos.store.DatabaseOpenFailed;
import com.kruxos.tls.CannotUseCertificate;
import com.kruxos.vault.CannotCreateVault;
import com.kruxos.vault.VaultLocked;
import com.kruxos.web.ListenFailed;

/**
 * Why the appliance did not start, for the person who started it.
 *
 * @param detail what is wrong
 * @param hint what to do
 */
public record StartupFailure(String detail, String hint) {
    /** Maps an exception to its texts; an unexpected one is named by its class. */
    public static StartupFailure of(Throwable failure) {
        var what = String.valueOf(failure.getMessage());
        return switch (failure) {
            case UnusableHome e -> new StartupFailure(what, e.hint());
            case DatabaseOpenFailed e -> new StartupFailure(what, e.hint());
            case CannotCreateVault e -> new StartupFailure(what, e.hint());
            case VaultLocked e -> new StartupFailure(what, e.hint());
            case CannotUseCertificate e -> new StartupFailure(what, e.hint());
            case ListenFailed e -> new StartupFailure(what, e.hint());
            case InvalidConfig e -> new StartupFailure(what, e.hint());
            case AuditOpenFailed e -> new StartupFailure(what, e.hint());
            case AuditWriteFailed e -> new StartupFailure(what, e.hint());
            case CannotStart e -> new StartupFailure(what, e.hint());
            case LinkageError e ->
                new StartupFailure(
                        "a class of the program cannot be loaded: " + e,
                        "install KruxOS again; the home is not affected");
            case ServerOptions.UsageError _ -> new StartupFailure(what, "kruxos --help lists the commands");
            default ->
                new StartupFailure(
                        failure.getClass().getSimpleName() + ": " + what, "this is a bug in KruxOS: please report it");
        };
    }

    /** Prints both to stderr. */
    public void print() {
        System.err.println("error: " + detail);
        System.err.println("hint: " + hint);
    }
}
