package io.ringkv.client.connection;

import io.ringkv.common.id.ClientId;
import java.util.Objects;

/**
 * How this client behaves on its streams.
 *
 * @param client who it is
 * @param software name and version, for the logs of servers
 * @param heartbeatMillis something is sent at least this often; default 300, a server may ask for less
 * @param silenceMillisMax a connection on which nothing is heard for so long is dead; default 1000
 * @param tickMillis how often this is looked at; default 100
 * @param frameBytes a frame is closed at this size; default 256 KiB
 */
public record StreamSettings(
        ClientId client, String software, int heartbeatMillis, int silenceMillisMax, int tickMillis, int frameBytes) {

    private static final int HEARTBEAT_MILLIS = 300;
    private static final int SILENCE_MILLIS_MAX = 1_000;
    private static final int TICK_MILLIS = 100;
    private static final int FRAME_BYTES = 256 << 10;

    /** Neither client nor software may be null. */
    public StreamSettings {
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(software, "software");
    }

    /** The defaults. */
    public static StreamSettings of(ClientId client, String software) {
        return new StreamSettings(client, software, HEARTBEAT_MILLIS, SILENCE_MILLIS_MAX, TICK_MILLIS, FRAME_BYTES);
    }
}
