package com.kruxos.vault;

import com.kruxos.store.Database;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps secrets encrypted in the main database, each version under a key of its own, and lends one for one use.
 *
 * <p>Safe for any thread. After {@link #close} every call throws {@link IllegalStateException}. A row that does not
 * open throws {@link CannotDecrypt} with its name; nothing here ever answers with an empty value instead.
 *
 * <p>What is noticed: a ciphertext that was changed, or put in the place of another name, owner, Space, version or
 * epoch. What is not: whoever can write the database can put back a whole older row, with its version, as long as the
 * Space's key is the same; only the audit, which names the version of every use, shows that.
 */
public final class Vault implements AutoCloseable {
    /** The Space of the appliance's own keys. Nothing but {@link #systemKey} reaches it. */
    public static final String SYSTEM = "system";

    /** A value shorter than this many bytes would match ordinary text and is never redacted. */
    public static final int SHORTEST = 8;

    public static final int LONGEST = 64 * 1024;

    private static final int FIRST_EPOCH = 1;

    private final Database database;
    private final SpaceKeys keys;
    private final InstantSource clock;
    private final Recent recent = new Recent();

    /** Shared by all uses; exclusive for what takes keys away, so that none vanishes under somebody's hands. */
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

    /** Written under the exclusive lock, read under either. */
    private boolean closed;

    private Vault(Database database, RootKey root, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.keys = new SpaceKeys(root);
    }

    /** Whether there is something here to {@link #open}, be it only half of it. */
    public static boolean exists(Database database, KeyFiles files) {
        return Keyring.exists(files) || hasRecords(database);
    }

    /**
     * Makes keyring, key file (unless it is there) and an empty vault.
     *
     * @throws VaultLocked when the database already holds a vault, or the key file that is there is refused
     * @throws CannotCreateVault when there is a keyring already, or the disk fails
     */
    public static Vault create(Database database, KeyFiles files, InstantSource clock) {
        if (hasRecords(database)) {
            throw Keyring.lost(files, sealedBy(database));
        }
        try (var root = Keyring.create(files, clock, made -> addSystem(database, made, clock))) {
            return ready(new Vault(database, root, clock), files);
        }
    }

    /**
     * Unlocks what {@link #create} made.
     *
     * @throws VaultLocked when keyring or key file are missing, refused, or not the ones the database was sealed with
     */
    public static Vault open(Database database, KeyFiles files, InstantSource clock) {
        if (!Keyring.exists(files)) {
            throw Keyring.lost(files, sealedBy(database));
        }
        try (var root = Keyring.open(files)) {
            checkRoot(database, root, files);
            return ready(new Vault(database, root, clock), files);
        }
    }

    /** Complaints that do not keep the vault from working, for {@code status}. */
    public List<String> warnings() {
        var warnings = new ArrayList<String>();
        if (!keys.locked()) {
            warnings.add("keys in memory could be swapped to disk: raise the locked-memory limit (RLIMIT_MEMLOCK)");
        }
        if (!keys.undumpable()) {
            warnings.add("keys in memory could appear in a core dump: this system cannot leave them out");
        }
        return List.copyOf(warnings);
    }

    /** Gives a Space a key of its own. Says whether it was missing until now. */
    public boolean createSpace(String space) {
        refuseSystem(space);
        return using(() -> addSpace(space));
    }

    /** Destroys a Space's keys and records for good. Says how many records it had; none when it was not there. */
    public int destroySpace(String space) {
        refuseSystem(space);
        return locked(use.writeLock(), () -> {
            var deleted = write(table -> {
                table.keys(space).forEach(keys::forget);
                return table.deleteSpace(space);
            });
            database.purgeDeletedPages();
            return deleted;
        });
    }

    /**
     * Keeps a value under a name, in place of an older one. The caller still owns and wipes {@code value}.
     *
     * @param allowShort keep it even when it is under {@link #SHORTEST} bytes, and therefore never redacted
     * @return its version: one above the last, never one that any deleted secret of the Space had
     * @throws RefusedValue when it is empty, short, longer than {@link #LONGEST}, or the Space is missing
     */
    public long put(SecretName name, byte[] value, boolean allowShort) {
        refuseSystem(name.space());
        checkLength(name, value.length, allowShort);
        long version = using(() -> write(table -> store(table, name, value)));
        // The old version's ciphertext must not stay behind in the write-ahead log.
        forgetDeleted();
        return version;
    }

    /** The newest version of a secret; the caller closes it. */
    public Optional<Lease> lend(SecretName name) {
        refuseSystem(name.space());
        return using(() -> find(name));
    }

    /** All secrets of a Space by owner, scope and key, each decrypted once to see that it can be. */
    public List<SecretInfo> list(String space) {
        refuseSystem(space);
        return using(() -> read(table -> table.list(space)).stream()
                .map(record -> new SecretInfo(
                        record.name(), record.version(), record.created(), record.updated(), decrypts(record)))
                .toList());
    }

    /** Deletes a secret for good. Says whether it was there. An older backup keeps it until it is pruned. */
    public boolean delete(SecretName name) {
        refuseSystem(name.space());
        return forgetting(using(() -> write(table -> table.delete(name)))) == 1;
    }

    /** Deletes all secrets of a scope, whoever owns them. Says how many. */
    public int deleteScope(String space, String scope) {
        var any = new SecretName(space, SecretName.SHARED, scope, "any");
        refuseSystem(any.space());
        return forgetting(using(() -> write(table -> table.deleteScope(any.space(), any.scope()))));
    }

    /** 32 random bytes the appliance itself needs, made when they are first asked for and never changed. */
    public Lease systemKey(String name) {
        var full = SecretName.of(SYSTEM, name);
        return using(() -> find(full).orElseGet(() -> {
            write(table -> table.find(full).isPresent() ? 0L : storeRandom(table, full));
            return find(full).orElseThrow();
        }));
    }

    /** How many space keys are in memory now. */
    int keysInMemory() {
        return keys.inMemory();
    }

    /** Waits for the calls in progress, then wipes every key. */
    @Override
    public void close() {
        use.writeLock().lock();
        try {
            closed = true;
            keys.close();
        } finally {
            use.writeLock().unlock();
        }
    }

    /** Proves that root key and database belong together before anybody asks for a secret. */
    private static Vault ready(Vault vault, KeyFiles files) {
        try {
            var system = vault.read(table -> table.currentKey(SYSTEM)).orElseThrow(() -> Keyring.empty(files));
            Wipe.bytes(vault.keys.open(system));
            return vault;
        } catch (RuntimeException e) {
            vault.close();
            throw e;
        }
    }

    /**
     * Comes before the slot: a first run that is cut off in between leaves a key that protects nothing, and the next
     * one starts over. The other way round it would leave a keyring that looks as if its database were lost.
     */
    private static void addSystem(Database database, RootKey root, InstantSource clock) {
        try (var keys = new SpaceKeys(root)) {
            var key = keys.make(SYSTEM, FIRST_EPOCH);
            database.write(handle -> {
                var table = new VaultTable(handle);
                table.deleteSpaces();
                return table.addSpace(key, clock.instant());
            });
        }
    }

    private static boolean hasRecords(Database database) {
        return database.read(handle -> new VaultTable(handle).hasRecords());
    }

    private static @Nullable String sealedBy(Database database) {
        return database.read(handle -> new VaultTable(handle).roots()).stream()
                .map(HexFormat.of()::formatHex)
                .findFirst()
                .orElse(null);
    }

    private static void checkRoot(Database database, RootKey root, KeyFiles files) {
        for (var id : database.read(handle -> new VaultTable(handle).roots())) {
            if (!Arrays.equals(id, root.id())) {
                throw Keyring.foreign(files, root.id(), id);
            }
        }
    }

    private boolean addSpace(String space) {
        var key = keys.make(SecretName.checkSpace(space), FIRST_EPOCH);
        return write(table -> table.addSpace(key, clock.instant()));
    }

    private long store(VaultTable table, SecretName name, byte[] value) {
        var wrapped =
                table.currentKey(name.space()).orElseThrow(() -> new RefusedValue(name, RefusedValue.Reason.NO_SPACE));
        var context =
                new RecordContext(name.space(), name.owner(), name.name(), table.nextVersion(name), wrapped.epoch);
        var key = keys.open(wrapped);
        try {
            table.put(name, context, RecordSeal.seal(key, context, value), clock.instant());
            return context.version();
        } finally {
            Wipe.bytes(key);
        }
    }

    private long storeRandom(VaultTable table, SecretName name) {
        var value = Keys.random(Keys.SIZE);
        try {
            return store(table, name, value);
        } finally {
            Wipe.bytes(value);
        }
    }

    private Optional<Lease> find(SecretName name) {
        return recent.find(name, () -> read(table -> table.find(name))).map(seen -> seen.lease(this::open));
    }

    /** The value; the caller wipes it. */
    private byte[] open(StoredRecord record) {
        var key = keys.open(record.key());
        try {
            return RecordSeal.open(key, record.context(), record.sealed());
        } catch (Unreadable e) {
            throw new CannotDecrypt("secret " + record, e);
        } finally {
            Wipe.bytes(key);
        }
    }

    private boolean decrypts(StoredRecord record) {
        try {
            Wipe.bytes(open(record));
            return true;
        } catch (CannotDecrypt e) {
            return false;
        }
    }

    private int forgetting(int deleted) {
        if (deleted > 0) {
            forgetDeleted();
        }
        return deleted;
    }

    /**
     * Alone, because the write-ahead log cannot be emptied while somebody reads: among a steady stream of lenders it
     * would wait until it gives up. When the vault was closed in the meantime, closing the database does it.
     */
    private void forgetDeleted() {
        use.writeLock().lock();
        try {
            if (!closed) {
                database.purgeDeletedPages();
            }
        } finally {
            use.writeLock().unlock();
        }
    }

    private <T extends @Nullable Object> T read(Function<VaultTable, T> query) {
        return database.read(handle -> query.apply(new VaultTable(handle)));
    }

    private <T extends @Nullable Object> T write(Function<VaultTable, T> change) {
        try {
            return database.write(handle -> change.apply(new VaultTable(handle)));
        } finally {
            recent.changed();
        }
    }

    private <T> T using(Supplier<T> work) {
        return locked(use.readLock(), work);
    }

    private <T> T locked(Lock lock, Supplier<T> work) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the vault is closed");
            }
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private static void checkLength(SecretName name, int length, boolean allowShort) {
        if (length == 0) {
            throw new RefusedValue(name, RefusedValue.Reason.EMPTY);
        }
        if (length > LONGEST) {
            throw new RefusedValue(name, RefusedValue.Reason.LONG);
        }
        if (length < SHORTEST && !allowShort) {
            throw new RefusedValue(name, RefusedValue.Reason.SHORT);
        }
    }

    private static void refuseSystem(String space) {
        if (space.equals(SYSTEM)) {
            throw new IllegalArgumentException("the Space " + SYSTEM + " holds the appliance's own keys");
        }
    }
}
