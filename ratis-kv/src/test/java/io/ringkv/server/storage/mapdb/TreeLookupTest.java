package io.ringkv.server.storage.mapdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mapdb.BTreeMap;
import org.mapdb.DB;
import org.mapdb.DBMaker;
import org.mapdb.StoreBinary;

/** The own look-up must find what MapDB finds, in trees of any shape. */
class TreeLookupTest {

    @TempDir
    private Path directory;

    @Test
    void findsWhatTheTreeFinds() {
        KeySerializer keys = new KeySerializer();
        CellSerializer cells = new CellSerializer();
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            try (DB db = seed % 2 == 0
                    ? DBMaker.memoryDB().make()
                    : DBMaker.fileDB(directory.resolve("tree" + seed).toFile())
                            .fileMmapEnable()
                            .make()) {
                BTreeMap<byte[], Object> tree = db.treeMap("tree", keys, cells)
                        .maxNodeSize(random.nextBoolean() ? 8 : 4 + random.nextInt(30))
                        .create();
                StoreBinary store = (StoreBinary) db.getStore();
                int range = 1 + random.nextInt(2_000);
                for (int i = random.nextInt(2_000); i >= 0; i--) {
                    byte[] key = key(random, range);
                    switch (random.nextInt(4)) {
                        case 0 -> tree.remove(key);
                        case 1 -> tree.put(key, random.nextLong() >>> 8);
                        default -> tree.put(key, new byte[random.nextInt(20)]);
                    }
                }
                for (int i = 0; i < 500; i++) {
                    byte[] key = key(random, range + 5);
                    assertThat(TreeLookup.find(store, tree.getRootRecidRecid(), keys, cells, key))
                            .as("seed %d", seed)
                            .isEqualTo(tree.get(key));
                }
            }
        }
    }

    /** Keys of different lengths, some the beginning of others. */
    private static byte[] key(Random random, int range) {
        return Integer.toString(random.nextInt(range), 5).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }
}
