package com.kruxos.server;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Builds the parts of this package around one pool of instances, and closes them. */
public final class Servers implements AutoCloseable {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("server-timer").factory());

    private final InstancePool instances;
    private final ServerRegistry registry;
    private final FeatureCatalog catalog;
    private final CallDispatcher dispatcher;
    private final ResourceSubscriptions subscriptions;

    /**
     * Loads the configured servers. Starts none.
     *
     * @param listChangedListener called when the agents of a Space should read a list again
     */
    public Servers(ServerDependencies dependencies, ListChangedListener listChangedListener) {
        var features = new FeatureTable(dependencies.database());
        var runtime = new ServerRuntime(dependencies, timer, new TimeoutMonitor(timer), features);
        var catalogIndex = new CatalogIndex();
        this.instances = new InstancePool(runtime, catalogIndex, listChangedListener);
        var table = new ServerTable(dependencies.database());
        table.all().forEach(server -> instances.putShared(server, new Subscriptions()));
        instances.rebuildCatalogs();
        this.registry = new PooledServerRegistry(table, dependencies, instances);
        this.catalog = new FeatureCatalog(catalogIndex, instances);
        this.dispatcher = new CallDispatcher(runtime, instances);
        this.subscriptions = new ResourceSubscriptions(instances);
    }

    /** Starts every enabled server in parallel. Does not wait. */
    public void startAll() {
        instances.shared().forEach(ServerSupervisor::start);
    }

    public ServerRegistry registry() {
        return registry;
    }

    public FeatureCatalog catalog() {
        return catalog;
    }

    public CallDispatcher dispatcher() {
        return dispatcher;
    }

    public ResourceSubscriptions subscriptions() {
        return subscriptions;
    }

    /** Ends every instance. Returns when all processes are gone. */
    @Override
    public void close() {
        timer.shutdownNow();
        instances.close();
    }
}
