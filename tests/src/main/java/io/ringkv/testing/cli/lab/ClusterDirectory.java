package io.ringkv.testing.cli.lab;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what {@code scripts/cluster} wrote into the directory of a cluster. Threading: stateless. */
final class ClusterDirectory {
    private static final int MOST_SERVERS = 8;

    private ClusterDirectory() {}

    /**
     * Addresses of its first servers and of all managers.
     *
     * @throws RingKvException NOT_FOUND if there is no cluster
     */
    static String endpoints(Path directory) {
        Path file = directory.resolve("cluster.env");
        Map<String, String> settings = new HashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                String[] parts = line.split("=", 2);
                if (parts.length == 2) {
                    settings.put(parts[0], parts[1]);
                }
            }
            int base = number(settings, "BASE_PORT");
            List<String> addresses = new ArrayList<>();
            String network = settings.getOrDefault("NETWORK", "");
            for (int k = 0; k < Math.min(MOST_SERVERS, number(settings, "SERVERS")); k++) {
                addresses.add(host(network, 1 + k) + ":" + (base + 10 * k));
            }
            for (int k = 0; k < number(settings, "MANAGERS"); k++) {
                addresses.add(host(network, 121 + k) + ":" + (base + 1000 + 10 * k));
            }
            return String.join(",", addresses);
        } catch (IOException e) {
            throw new RingKvException(ErrorCode.NOT_FOUND, "There is no cluster in " + directory, e);
        } catch (NumberFormatException e) {
            throw new RingKvException(ErrorCode.INPUT_MALFORMED, file + " does not name ports and numbers", e);
        }
    }

    /** As {@code host_of} in {@code scripts/lib/cluster-networks.sh} has it. */
    private static String host(String network, int number) {
        return network.isEmpty() ? "127.0.0.1" : "10.77." + network + "." + number;
    }

    private static int number(Map<String, String> settings, String name) {
        return Integer.parseInt(settings.getOrDefault(name, ""));
    }
}
