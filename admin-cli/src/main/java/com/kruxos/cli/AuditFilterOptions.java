package com.kruxos.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that filter audit records. */
final class AuditFilterOptions {
    private @Nullable String agent;
    private @Nullable String kind;
    private @Nullable String principal;

    @Option(names = "--agent", paramLabel = "NAME", description = "Only records of this agent.")
    void agent(@Nullable String wanted) {
        agent = wanted;
    }

    @Option(names = "--kind", paramLabel = "KIND", description = "Only records of this kind.")
    void kind(@Nullable String wanted) {
        kind = wanted;
    }

    @Option(names = "--principal", paramLabel = "ID", description = "Only records of this agent, user or operator.")
    void principal(@Nullable String wanted) {
        principal = wanted;
    }

    ApiPath applyTo(ApiPath target) {
        return target.withQuery("agent", agent).withQuery("kind", kind).withQuery("principal", principal);
    }
}
