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
    public static final String SYSTEM_SPACE = "system";

    /** In bytes. A shorter value would match ordinary text and is never redacted. */
    public static final int MIN_REDACTABLE_LENGTH = 8;

    public static final int MAX_LENGTH = 64 * 1024;

    private static final int FIRST_EPOCH = 1;

    private final Database database;
    private final SpaceKeys keys;
    private final InstantSource clock;
    private final RecordCache cache = new RecordCache();

    /** Shared for every use; exclusive for what wipes keys, so that no key is wiped while it is used. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

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
            throw Keyring.keyringMissing(files, sealingRootId(database));
        }
        try (var root = Keyring.create(files, clock, made -> addSystemSpace(database, made, clock))) {
            return verifySystemKey(new Vault(database, root, clock), files);
        }
    }

    /**
     * Unlocks an existing vault.
     *
     * @throws VaultLocked when keyring or identity file is missing, refused, or not the one of this database
     */
    public static Vault open(Database database, KeyFiles files, InstantSource clock) {
        if (!Keyring.exists(files)) {
            throw Keyring.keyringMissing(files, sealingRootId(database));
        }
        try (var root = Keyring.open(files)) {
            requireSameRoot(database, root, files);
            return verifySystemKey(new Vault(database, root, clock), files);
        }
    }

    /** Weaknesses of the platform that do not prevent operation, for {@code status}. */
    public List<String> warnings() {
        var warnings = new ArrayList<String>();
        if (!keys.isLocked()) {
            warnings.add("keys in memory could be swapped to disk: raise the locked-memory limit (RLIMIT_MEMLOCK)");
        }
        if (!keys.isExcludedFromDumps()) {
            warnings.add("keys in memory could appear in a core dump: this system cannot exclude them");
        }
        return List.copyOf(warnings);
    }

    /** Generates the key of a Space; returns false if it has one. */
    public boolean createSpace(String space) {
        requireNotSystem(space);
        return withReadLock(() -> addSpace(space));
    }

    /** Destroys the keys and records of a Space; returns the number of records, 0 for an unknown Space. */
    public int destroySpace(String space) {
        requireNotSystem(space);
        return withLock(lock.writeLock(), () -> {
            var deleted = write(table -> {
                table.keys(space).forEach(keys::evict);
                return table.deleteSpace(space);
            });
            database.purgeDeletedPages();
            return deleted;
        });
    }

    /**
     * Stores a value under a name and replaces an older one. The caller still owns and wipes {@code value}.
     *
     * @param allowShort accept a value under {@link #MIN_REDACTABLE_LENGTH} bytes, which is never redacted
     * @return its version: higher than every earlier version of this name, also of a deleted one
     * @throws RejectedSecretValue when the value is empty, too short or too long, or the Space is unknown
     */
    public long put(SecretName name, byte[] value, boolean allowShort) {
        requireNotSystem(name.space());
        requireLength(name, value.length, allowShort);
        long version = withReadLock(() -> write(table -> store(table, name, value)));
        // The ciphertext of the old version must not remain in the write-ahead log.
        purgeDeleted();
        return version;
    }

    /** Lends the newest version of a secret; the caller closes the lease. */
    public Optional<Lease> lend(SecretName name) {
        requireNotSystem(name.space());
        return withReadLock(() -> findLease(name));
    }

    /** All secrets of a Space, sorted by owner, scope and key. Each is decrypted once as a check. */
    public List<SecretInfo> list(String space) {
        requireNotSystem(space);
        return withReadLock(() -> read(table -> table.list(space)).stream()
                .map(record -> new SecretInfo(
                        record.name(), record.version(), record.created(), record.updated(), canDecrypt(record)))
                .toList());
    }

    /** Deletes a secret; returns whether it existed. Backups made before keep it. */
    public boolean delete(SecretName name) {
        requireNotSystem(name.space());
        return purgeIfDeleted(withReadLock(() -> write(table -> table.delete(name)))) == 1;
    }

    /** Deletes the secrets of a scope, of every owner; returns their number. */
    public int deleteScope(String space, String scope) {
        var any = new SecretName(space, SecretName.SHARED, scope, "any");
        requireNotSystem(any.space());
        return purgeIfDeleted(withReadLock(() -> write(table -> table.deleteScope(any.space(), any.scope()))));
    }

    /** A key of the appliance itself: 32 random bytes, generated at the first call and never changed. */
    public Lease systemKey(String name) {
        var full = SecretName.of(SYSTEM_SPACE, name);
        return withReadLock(() -> findLease(full).orElseGet(() -> {
            write(table -> table.find(full).isPresent() ? 0L : storeRandom(table, full));
            return findLease(full).orElseThrow();
        }));
    }

    int cachedKeyCount() {
        return keys.cachedCount();
    }

    /** Waits for calls in progress, then wipes all keys. */
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
            keys.close();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Decrypts the system Space's key, which proves that root key and database belong together. */
    private static Vault verifySystemKey(Vault vault, KeyFiles files) {
        try {
            var system =
                    vault.read(table -> table.currentKey(SYSTEM_SPACE)).orElseThrow(() -> Keyring.vaultMissing(files));
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
    private static void addSystemSpace(Database database, RootKey root, InstantSource clock) {
        try (var keys = new SpaceKeys(root)) {
            var key = keys.create(SYSTEM_SPACE, FIRST_EPOCH);
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

    private static @Nullable String sealingRootId(Database database) {
        return database.read(handle -> new VaultTable(handle).rootIds()).stream()
                .map(HexFormat.of()::formatHex)
                .findFirst()
                .orElse(null);
    }

    private static void requireSameRoot(Database database, RootKey root, KeyFiles files) {
        for (var id : database.read(handle -> new VaultTable(handle).rootIds())) {
            if (!Arrays.equals(id, root.id())) {
                throw Keyring.wrongKeyring(files, root.id(), id);
            }
        }
    }

    private boolean addSpace(String space) {
        var key = keys.create(SecretName.requireSpaceId(space), FIRST_EPOCH);
        return write(table -> table.addSpace(key, clock.instant()));
    }

    private long store(VaultTable table, SecretName name, byte[] value) {
        var wrapped = table.currentKey(name.space())
                .orElseThrow(() -> new RejectedSecretValue(name, RejectedSecretValue.RejectionReason.UNKNOWN_SPACE));
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
        var value = RandomBytes.generate(RandomBytes.KEY_SIZE);
        try {
            return store(table, name, value);
        } finally {
            Wipe.bytes(value);
        }
    }

    private Optional<Lease> findLease(SecretName name) {
        return cache.find(name, () -> read(table -> table.find(name))).map(seen -> seen.lease(this::open));
    }

    /** The value; the caller wipes it. */
    private byte[] open(StoredRecord record) {
        var key = keys.open(record.wrappedKey());
        try {
            return RecordSeal.open(key, record.context(), record.sealed());
        } catch (UnsealFailed e) {
            throw new CannotDecrypt("secret " + record, e);
        } finally {
            Wipe.bytes(key);
        }
    }

    private boolean canDecrypt(StoredRecord record) {
        try {
            Wipe.bytes(open(record));
            return true;
        } catch (CannotDecrypt e) {
            return false;
        }
    }

    private int purgeIfDeleted(int deleted) {
        if (deleted > 0) {
            purgeDeleted();
        }
        return deleted;
    }

    /**
     * Under the exclusive lock, because the write-ahead log cannot be truncated while a query runs: under a steady load
     * of leases it would wait until its timeout. If the vault has been closed by now, closing the database does the
     * same.
     */
    private void purgeDeleted() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                database.purgeDeletedPages();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private <T extends @Nullable Object> T read(Function<VaultTable, T> query) {
        return database.read(handle -> query.apply(new VaultTable(handle)));
    }

    private <T extends @Nullable Object> T write(Function<VaultTable, T> change) {
        try {
            return database.write(handle -> change.apply(new VaultTable(handle)));
        } finally {
            cache.invalidate();
        }
    }

    private <T> T withReadLock(Supplier<T> work) {
        return withLock(lock.readLock(), work);
    }

    private <T> T withLock(Lock lock, Supplier<T> work) {
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

    private static void requireLength(SecretName name, int length, boolean allowShort) {
        if (length == 0) {
            throw new RejectedSecretValue(name, RejectedSecretValue.RejectionReason.EMPTY);
        }
        if (length > MAX_LENGTH) {
            throw new RejectedSecretValue(name, RejectedSecretValue.RejectionReason.TOO_LONG);
        }
        if (length < MIN_REDACTABLE_LENGTH && !allowShort) {
            throw new RejectedSecretValue(name, RejectedSecretValue.RejectionReason.TOO_SHORT);
        }
    }

    private static void requireNotSystem(String space) {
        if (space.equals(SYSTEM_SPACE)) {
            throw new IllegalArgumentException("the Space " + SYSTEM_SPACE + " holds the appliance's own keys");
        }
    }
}
