package io.ringkv.common;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version this software was built as. Immutable; safe for use by any thread. */
public final class BuildVersion {
    private static final String RESOURCE = "build.properties";
    private static final String CURRENT = load();

    private BuildVersion() {}

    /** The version of the running code, for example {@code 0.1.0}, as the build wrote it into the archive. */
    public static String current() {
        return CURRENT;
    }

    private static String load() {
        try (InputStream in = BuildVersion.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("resource " + RESOURCE + " is missing: the build is incomplete");
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read resource " + RESOURCE, e);
        }
    }
}
