package com.kruxos.cli;

import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "cert", description = "Show, export or replace the certificate of the MCP port.")
final class CertCommands {
    private final CommandContext context;

    CertCommands(CommandContext shell) {
        this.context = shell;
    }

    @Command(
            name = "show",
            description = "Show the certificate's fingerprint, names and expiry.",
            footer = {
                "",
                "Compare the fingerprint with the one that a client shows before you trust it.",
                "A self-signed certificate is renewed 30 days before it expires."
            })
    int show() {
        var certificate = certificate();
        return context.print(
                certificate,
                new FieldList()
                        .add("SHA-256", certificate.text("fingerprint"))
                        .add("names", certificate.joinedTexts("names"))
                        .add("ends", TerminalText.formatTime(certificate.text("ends")))
                        .add("made by", certificate.isTrue("self_made") ? "this appliance" : "an external issuer")
                        .add("file", certificate.text("file")));
    }

    @Command(
            name = "export",
            description = "Print the certificate as PEM, for clients that must trust it.",
            footer = {
                "",
                "Example:",
                "  kruxos cert export > kruxos.pem",
                "  NODE_EXTRA_CA_CERTS=$PWD/kruxos.pem claude"
            })
    int export() {
        var certificate = certificate();
        if (context.isJsonOutput()) {
            return context.printJson(certificate);
        }
        certificate.text("pem").lines().forEach(context::printLine);
        return ExitCode.SUCCESS;
    }

    @Command(
            name = "replace",
            description = "Replace the certificate and its key without a restart.",
            footer = {
                "",
                "The appliance checks that both match and are valid now, and replaces both or none.",
                "Clients that trusted the old certificate must trust the new one or its issuer."
            })
    int replace(
            @Option(
                            names = "--certificate",
                            paramLabel = "FILE",
                            required = true,
                            description = "The certificate in PEM, followed by its issuers.")
                    Path certificate,
            @Option(
                            names = "--key",
                            paramLabel = "FILE",
                            required = true,
                            description = "The private key in PEM: PKCS #8, not encrypted.")
                    Path key) {
        var pair = CertificateAndKeyFiles.read(certificate, key);
        try {
            var shown = context.api().put(ApiPath.of("certificate"), pair);
            return context.printOutcome(shown, "The new certificate is in use: SHA-256 " + shown.text("fingerprint"));
        } finally {
            Arrays.fill(pair, (byte) 0);
        }
    }

    private JsonValue certificate() {
        return context.api().get(ApiPath.of("certificate"));
    }
}
