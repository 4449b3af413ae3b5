package com.kruxos.dashboard.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Style sheet, script and icon. Pages load nothing from other hosts. */
public final class Assets {
    public static final Asset STYLE = load("app", "css", "text/css; charset=utf-8");
    public static final Asset SCRIPT = load("app", "js", "text/javascript; charset=utf-8");
    public static final Asset ICON = load("icon", "svg", "image/svg+xml");

    private static final int HASH_LENGTH = 8;
    private static final Map<String, Asset> BY_PATH =
            all().stream().collect(Collectors.toUnmodifiableMap(Asset::path, Function.identity()));

    private Assets() {}

    /** The file at a request path such as {@code /assets/app.3f2a91c0.css}. */
    public static Optional<Asset> find(String path) {
        return Optional.ofNullable(BY_PATH.get(path));
    }

    public static List<Asset> all() {
        return List.of(STYLE, SCRIPT, ICON);
    }

    private static Asset load(String name, String extension, String contentType) {
        var file = "assets/" + name + "." + extension;
        try (var stream = Objects.requireNonNull(Assets.class.getResourceAsStream(file), file)) {
            var bytes = stream.readAllBytes();
            return new Asset("/assets/" + name + "." + hash(bytes) + "." + extension, contentType, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(byte[] bytes) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest).substring(0, HASH_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
