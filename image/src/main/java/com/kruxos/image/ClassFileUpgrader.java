package com.kruxos.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;

/**
 * Raises class files of before Java 6 to Java 8: they get the stack maps they lack, and are else the same. A cache
 * takes none without, so that a program made of them reads, parses and verifies them at each start.
 */
final class ClassFileUpgrader {
    /** What the jar says of itself afterwards, as its license may ask. */
    static final Attributes.Name CHANGED = new Attributes.Name("Changed-For-KruxOS");

    private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

    private ClassFileUpgrader() {}

    /** Writes the jar anew if it has such classes. A signed one is refused: its signature would no longer hold. */
    static void raise(Path jar) throws IOException {
        var changed = new ByteArrayOutputStream();
        try (var archive = new JarFile(jar.toFile(), false)) {
            var entries = archive.stream().toList();
            var old = entries.stream().filter(entry -> isOld(archive, entry)).collect(Collectors.toSet());
            if (old.isEmpty()) {
                return;
            }
            if (entries.stream().anyMatch(entry -> entry.getName().matches("META-INF/[^/]+\\.SF"))) {
                throw new IOException(jar + " is signed and has classes of before Java 6");
            }
            try (var classes =
                            new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
                    var out = new JarOutputStream(changed)) {
                var raising = ClassFile.of(
                        ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                        ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(classes)));
                for (var entry : entries) {
                    var copy = new JarEntry(entry.getName());
                    copy.setTime(entry.getTime());
                    out.putNextEntry(copy);
                    if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        said(archive.getManifest()).write(out);
                    } else {
                        var content = read(archive, entry);
                        out.write(old.contains(entry) ? raised(raising, content) : content);
                    }
                    out.closeEntry();
                }
            }
        }
        Files.write(jar, changed.toByteArray());
    }

    private static Manifest said(Manifest manifest) {
        manifest.getMainAttributes().put(CHANGED, "class files of before Java 6 raised to Java 8, with stack maps");
        return manifest;
    }

    private static byte[] raised(ClassFile raising, byte[] content) {
        return raising.transformClass(
                raising.parse(content),
                ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
                        .andThen((to, element) -> {
                            if (element instanceof ClassFileVersion) {
                                to.with(ClassFileVersion.of(ClassFile.JAVA_8_VERSION, 0));
                            } else {
                                to.with(element);
                            }
                        }));
    }

    private static boolean isOld(JarFile archive, JarEntry entry) {
        if (!entry.getName().endsWith(".class")) {
            return false;
        }
        try (var in = archive.getInputStream(entry)) {
            var head = in.readNBytes(8); // the magic number, the minor and the major version
            return head.length == 8 && Short.toUnsignedInt(ByteBuffer.wrap(head).getShort(6)) < FIRST_WITH_STACK_MAPS;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(JarFile archive, JarEntry entry) throws IOException {
        try (var in = archive.getInputStream(entry)) {
            return in.readAllBytes();
        }
    }
}
