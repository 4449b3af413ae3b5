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
 * Stores secrets encrypted in the main database, each version under its own key, and lends one for one use.
 *
 * <p>Thread-safe. After {@link #close} every call throws {@link IllegalStateException}. A row that cannot be decrypted
 * throws {@link CannotDecrypt} with its name; no method returns an empty value instead.
 *
 * <p>Detected: a ciphertext that was changed, or moved to another name, owner, Space, version or epoch. Not detected:
 * an attacker who can write the database can restore a complete older row with its version, as long as the Space's key
 * is the same. Only the audit log, which has the version of every use, shows that.
 */
public final class Vault implements AutoCloseable {
    /** The Space of the appliance's own keys. Only {@link #systemKey} has access to it. */
    public static final String SYSTEM = "system";

    /** In bytes. A shorter value would match ordinary text and is never redacted. */
    public static final int SHORTEST = 8;

    public static final int LONGEST = 64 * 1024;

    private static final int FIRST_EPOCH = 1;

    private final Database database;
    private final SpaceKeys keys;
    private final InstantSource clock;
    private final Recent recent = new Recent();

    /** Shared for every use; exclusive for what wipes keys, so that no key is wiped while it is used. */
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

    /** Written under the exclusive lock, read under either lock. */
    private boolean closed;

    private Vault(Database database, RootKey root, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.keys = new SpaceKeys(root);
    }

    /** Whether the home has a vault, or a part of one, so that it must be opened and not created. */
    public static boolean exists(Database database, KeyFiles files) {
        return Keyring.exists(files) || hasRecords(database);
    }

    /**
     * Creates the keyring, an empty vault and, if it is missing, the identity file.
     *
     * @throws VaultLocked when the database already holds a vault, or an existing identity file is refused
     * @throws CannotCreateVault when a keyring already exists, or a file cannot be written
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
     * Unlocks an existing vault.
     *
     * @throws VaultLocked when keyring or identity file is missing, refused, or not the one of this database
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

    /** Weaknesses of the platform that do not prevent operation, for {@code status}. */
    public List<String> warnings() {
        var warnings = new ArrayList<String>();
        if (!keys.locked()) {
            warnings.add("keys in memory could be swapped to disk: raise the locked-memory limit (RLIMIT_MEMLOCK)");
        }
        if (!keys.undumpable()) {
            warnings.add("keys in memory could appear in a core dump: this system cannot exclude them");
        }
        return List.copyOf(warnings);
    }

    /** Generates the key of a Space; returns false if it has one. */
    public boolean createSpace(String space) {
        refuseSystem(space);
        return using(() -> addSpace(space));
    }

    /** Destroys the keys and records of a Space; returns the number of records, 0 for an unknown Space. */
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
     * Stores a value under a name and replaces an older one. The caller still owns and wipes {@code value}.
     *
     * @param allowShort accept a value under {@link #SHORTEST} bytes, which is never redacted
     * @return its version: higher than every earlier version of this name, also of a deleted one
     * @throws RefusedValue when the value is empty, too short or too long, or the Space is unknown
     */
    public long put(SecretName name, byte[] value, boolean allowShort) {
        refuseSystem(name.space());
        checkLength(name, value.length, allowShort);
        long version = using(() -> write(table -> store(table, name, value)));
        // The ciphertext of the old version must not remain in the write-ahead log.
        forgetDeleted();
        return version;
    }

    /** Lends the newest version of a secret; the caller closes the lease. */
    public Optional<Lease> lend(SecretName name) {
        refuseSystem(name.space());
        return using(() -> find(name));
    }

    /** All secrets of a Space, sorted by owner, scope and key. Each is decrypted once as a check. */
    public List<SecretInfo> list(String space) {
        refuseSystem(space);
        return using(() -> read(table -> table.list(space)).stream()
                .map(record -> new SecretInfo(
                        record.name(), record.version(), record.created(), record.updated(), decrypts(record)))
                .toList());
    }

    /** Deletes a secret; returns whether it existed. Backups made before keep it. */
    public boolean delete(SecretName name) {
        refuseSystem(name.space());
        return forgetting(using(() -> write(table -> table.delete(name)))) == 1;
    }

    /** Deletes the secrets of a scope, of every owner; returns their number. */
    public int deleteScope(String space, String scope) {
        var any = new SecretName(space, SecretName.SHARED, scope, "any");
        refuseSystem(any.space());
        return forgetting(using(() -> write(table -> table.deleteScope(any.space(), any.scope()))));
    }

    /** A key of the appliance itself: 32 random bytes, generated at the first call and never changed. */
    public Lease systemKey(String name) {
        var full = SecretName.of(SYSTEM, name);
        return using(() -> find(full).orElseGet(() -> {
            write(table -> table.find(full).isPresent() ? 0L : storeRandom(table, full));
            return find(full).orElseThrow();
        }));
    }

    int keysInMemory() {
        return keys.inMemory();
    }

    /** Waits for calls in progress, then wipes all keys. */
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

    /** Decrypts the system Space's key, which proves that root key and database belong together. */
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
     * Runs before the slot is written: a first run that is interrupted in between leaves a key that protects nothing,
     * and the next run starts over. In the other order it would leave a keyring that looks as if its database were
     * lost.
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
     * Under the exclusive lock, because the write-ahead log cannot be truncated while a query runs: under a steady load
     * of leases it would wait until its timeout. If the vault has been closed by now, closing the database does the
     * same.
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
