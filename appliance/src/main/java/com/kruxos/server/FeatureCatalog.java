package com.kruxos.server;

import com.kruxos.rpc.ByteRange;
import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.Message;
import com.kruxos.session.Caller;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which features a caller can list, and which server a request is for. Safe for any thread. */
public final class FeatureCatalog {
    private final CatalogIndex catalogIndex;
    private final InstancePool instances;

    FeatureCatalog(CatalogIndex catalogIndex, InstancePool instances) {
        this.catalogIndex = catalogIndex;
        this.instances = instances;
    }

    /**
     * The features of one kind, ordered by name. Waits for the first lists of new servers only while the caller's
     * catalog is empty, so that a slow server does not delay the lists of the others; {@code list_changed} follows.
     */
    public Collection<Feature> list(Caller caller, FeatureKind kind) {
        if (catalogIndex.catalogFor(caller).isEmpty()) {
            var _ = awaitFirstLists(caller.spaceId());
        }
        return catalogIndex.catalogFor(caller).list(kind);
    }

    /** The target of a request; waits for the first lists of new servers when it is not in the catalog. */
    public Optional<ResolvedTarget> resolve(Caller caller, Message.Request request) {
        var found = find(caller, request);
        return found.isEmpty() && awaitFirstLists(caller.spaceId()) ? find(caller, request) : found;
    }

    private Optional<ResolvedTarget> find(Caller caller, Message.Request request) {
        var spaceId = caller.spaceId();
        var catalog = catalogIndex.catalogFor(caller);
        var params = request.params();
        return switch (request.knownMethod()) {
            case TOOLS_CALL -> findByName(catalog, FeatureKind.TOOL, params.name(), params.nameSpan());
            case PROMPTS_GET -> findByName(catalog, FeatureKind.PROMPT, params.name(), params.nameSpan());
            case RESOURCES_READ, RESOURCES_SUBSCRIBE, RESOURCES_UNSUBSCRIBE ->
                findResource(spaceId, catalog, params.uri(), params.uriSpan());
            case COMPLETION_COMPLETE -> {
                var ref = params.ref();
                if (ref == null) {
                    yield Optional.empty();
                }
                yield ref.kind() == FeatureKind.PROMPT
                        ? findByName(catalog, FeatureKind.PROMPT, ref.target(), ref.targetSpan())
                        : findResource(spaceId, catalog, ref.target(), ref.targetSpan());
            }
            case null, default -> Optional.empty();
        };
    }

    private static Optional<ResolvedTarget> findByName(
            Catalog catalog, FeatureKind kind, @Nullable String name, @Nullable ByteRange span) {
        return Optional.ofNullable(name)
                .flatMap(wanted -> catalog.find(kind, wanted))
                .map(feature -> ResolvedTarget.of(feature, span));
    }

    private Optional<ResolvedTarget> findResource(
            String spaceId, Catalog catalog, @Nullable String uri, @Nullable ByteRange span) {
        if (uri == null) {
            return Optional.empty();
        }
        var withResources = instances
                .sharedInSpace(spaceId)
                .filter(supervisor -> supervisor.hasCapability("resources"))
                .map(ServerSupervisor::server)
                .sorted(Comparator.comparing(Server::name))
                .toList();
        return new ResourceRouter(catalog, withResources).route(uri, span);
    }

    /**
     * The server that an unknown tool name would belong to. Only servers that have never listed their tools are
     * considered: of the others all names are known.
     */
    public Optional<UnlistedTool> findUnlisted(String spaceId, String name) {
        return instances
                .sharedInSpace(spaceId)
                .filter(ServerSupervisor::hasNeverListed)
                .flatMap(supervisor -> FeatureName.upstreamName(supervisor.server(), name).stream()
                        .map(tool -> new UnlistedTool(supervisor.server(), tool, supervisor.unavailable())))
                .findFirst();
    }

    /**
     * A tool of a server that has never listed its tools.
     *
     * @param upstreamName what the server would call the tool
     */
    public record UnlistedTool(Server server, String upstreamName, CallResult.Unavailable unavailable) {}

    /** Returns whether a server was waited for. */
    private boolean awaitFirstLists(String spaceId) {
        var waited = false;
        for (var supervisor : instances.sharedInSpace(spaceId).toList()) {
            if (supervisor.isAwaitingFirstLists()) {
                supervisor.awaitFirstLists();
                waited = true;
            }
        }
        return waited;
    }
}
