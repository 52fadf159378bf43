package io.ringkv.server.shard;

/**
 * Keys as the store holds them: kind byte, keyspace as varint, user key. Keys of one kind and keyspace stand together, in
 * unsigned byte order of the user key. The token is taken from the user key alone.
 *
 * <p>Only {@link #DATA} of keyspace 0 is in use; the other kinds are reserved so that they need no new format.
 */
public final class InternalKey {

    /** Kind of the present records of users' keys. */
    public static final byte DATA = 1;

    /** Kind reserved for earlier records. */
    public static final byte HISTORY = 2;

    /** Kind reserved for writes of transactions under way. */
    public static final byte INTENT = 3;

    /** Kind reserved for locks. */
    public static final byte LOCK = 4;

    /** Kind of sessions; they live beside the store, the kind only keeps their digests apart. */
    public static final byte SESSION = 5;

    /** Kind of the shard's own data; beside the store too. */
    public static final byte META = 6;

    /** Kind reserved for indexes. */
    public static final byte INDEX = 7;

    /** Bytes before the user key of a data key in keyspace 0. */
    public static final int DATA_PREFIX_BYTES = 2;

    private InternalKey() {}

    /** Key of the record of a user key in keyspace 0. */
    public static byte[] data(byte[] userKey) {
        return data(userKey, 0, userKey.length);
    }

    /** Key of the record of a user key in keyspace 0, the user key being a slice. */
    public static byte[] data(byte[] bytes, int offset, int length) {
        byte[] key = new byte[DATA_PREFIX_BYTES + length];
        key[0] = DATA;
        System.arraycopy(bytes, offset, key, DATA_PREFIX_BYTES, length);
        return key;
    }

    /** User key of a data key in keyspace 0. */
    public static byte[] userKey(byte[] dataKey) {
        byte[] userKey = new byte[dataKey.length - DATA_PREFIX_BYTES];
        System.arraycopy(dataKey, DATA_PREFIX_BYTES, userKey, 0, userKey.length);
        return userKey;
    }

    /** First key that no data key of keyspace 0 reaches. */
    public static byte[] dataEnd() {
        return new byte[] {DATA, 1};
    }
}
