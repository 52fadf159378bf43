package io.ringkv.testing.process;

import io.ringkv.rpc.support.HostPort;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Strangers that send random bytes to ports, one for each port: some out of nowhere, some behind a proper greeting. */
final class RandomBytes implements AutoCloseable {
    private static final byte[] GREETING = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PIECES = 20;
    private static final int PIECE_BYTES_MAX = 2_000;
    private static final int ANSWER_MILLIS = 50;
    private static final int ANSWER_BYTES_MAX = 1_000;
    private static final long END_SECONDS = 30;

    private final List<Future<Long>> strangers = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile boolean over;

    private RandomBytes() {}

    /** Starts to send. */
    static RandomBytes start(long seed, List<HostPort> ports) {
        RandomBytes bytes = new RandomBytes();
        for (HostPort port : ports) {
            Random random = new Random(seed + bytes.strangers.size());
            bytes.strangers.add(bytes.threads.submit(() -> bytes.send(port, random)));
        }
        return bytes;
    }

    /** Ends it; how many connections each port took. */
    List<Long> finish() throws InterruptedException, ExecutionException, TimeoutException {
        over = true;
        List<Long> connections = new ArrayList<>();
        for (Future<Long> stranger : strangers) {
            connections.add(stranger.get(END_SECONDS, TimeUnit.SECONDS));
        }
        return connections;
    }

    private long send(HostPort port, Random random) throws IOException {
        long connections = 0;
        while (!over) {
            try (Socket socket = new Socket(port.host(), port.port())) {
                connections++;
                socket.setSoTimeout(ANSWER_MILLIS);
                talk(socket, random);
            }
        }
        return connections;
    }

    private static void talk(Socket socket, Random random) {
        try {
            OutputStream out = socket.getOutputStream();
            if (random.nextBoolean()) {
                out.write(GREETING);
            }
            for (int i = 0; i < PIECES; i++) {
                byte[] piece = new byte[1 + random.nextInt(PIECE_BYTES_MAX)];
                random.nextBytes(piece);
                out.write(piece);
                out.flush();
            }
            byte[] unused = socket.getInputStream().readNBytes(ANSWER_BYTES_MAX);
        } catch (IOException e) {
            // The other side closes such connections; what counts is that it takes the next one.
        }
    }

    @Override
    public void close() {
        over = true;
        threads.shutdownNow();
    }
}
