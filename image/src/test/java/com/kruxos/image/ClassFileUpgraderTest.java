package com.kruxos.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassFileUpgraderTest {
    @TempDir
    Path folder;

    /** Without stack maps a class of Java 8 with a branch in it is refused when it is loaded. */
    @Test
    void anOldClassGetsStackMapsAndDoesWhatItDid() throws Exception {
        var jar = jar(ClassFile.JAVA_5_VERSION, "META-INF/other.txt");
        ClassFileUpgrader.raise(jar);
        try (var archive = new JarFile(jar.toFile());
                var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            var bytes = archive.getInputStream(archive.getJarEntry("Old.class")).readAllBytes();
            assertThat(ClassFile.of().parse(bytes).majorVersion()).isEqualTo(ClassFile.JAVA_8_VERSION);
            assertThat(archive.getManifest().getMainAttributes()).containsKey(ClassFileUpgrader.CHANGED);
            assertThat(archive.getJarEntry("META-INF/other.txt")).isNotNull();
            var same = loader.loadClass("Old").getMethod("same", int.class);
            assertThat(same.invoke(null, 0)).isEqualTo(0);
            assertThat(same.invoke(null, 7)).isEqualTo(7);
        }
    }

    @Test
    void aSignedJarIsRefusedAndAJarWithoutOldClassesLeftAsItIs() throws Exception {
        var signed = jar(ClassFile.JAVA_5_VERSION, "META-INF/SOMEBODY.SF");
        var before = Files.readAllBytes(signed);
        assertThatThrownBy(() -> ClassFileUpgrader.raise(signed))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("signed");
        assertThat(signed).hasBinaryContent(before);
        var young = jar(ClassFile.JAVA_6_VERSION, "META-INF/SOMEBODY.SF");
        before = Files.readAllBytes(young);
        ClassFileUpgrader.raise(young);
        assertThat(young).hasBinaryContent(before);
    }

    private Path jar(int version, String other) throws IOException {
        var jar = folder.resolve(version + ".jar");
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.putNextEntry(new JarEntry("Old.class"));
            out.write(same(version));
            out.putNextEntry(new JarEntry(other));
            out.write("of somebody".getBytes(StandardCharsets.US_ASCII));
        }
        return jar;
    }

    /** {@code static int same(int x) { return x == 0 ? 0 : x; }}, as a compiler of that time would write it. */
    private static byte[] same(int version) {
        return ClassFile.of(ClassFile.StackMapsOption.DROP_STACK_MAPS)
                .build(
                        ClassDesc.of("Old"),
                        type -> type.withVersion(version, 0)
                                .withFlags(AccessFlag.PUBLIC, AccessFlag.SUPER)
                                .withMethodBody(
                                        "same",
                                        MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int),
                                        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                                        code -> code.iload(0)
                                                .ifThenElse(then -> then.iload(0), otherwise -> otherwise.iconst_0())
                                                .ireturn()));
    }
}
