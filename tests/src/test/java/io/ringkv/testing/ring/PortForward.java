package io.ringkv.testing.ring;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passes bytes on from one port to another, both ways. When either side ends a connection, so does the other. */
final class PortForward implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final ServerSocket listener = new ServerSocket();
    private final InetSocketAddress to;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private PortForward(InetSocketAddress from, InetSocketAddress to) throws IOException {
        this.to = to;
        listener.setReuseAddress(true);
        listener.bind(from);
    }

    static PortForward start(InetSocketAddress from, InetSocketAddress to) {
        try {
            PortForward forward = new PortForward(from, to);
            inBackground(forward::accept);
            return forward;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void inBackground(Runnable work) {
        Thread thread = new Thread(work, "port-forward");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket near = listener.accept();
                open.add(near);
                inBackground(() -> connect(near));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void connect(Socket near) {
        Socket far = new Socket();
        open.add(far);
        try {
            far.connect(to);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            inBackground(() -> copy(far, near));
            copy(near, far);
        } catch (IOException e) {
            end(near, far);
        }
    }

    private void copy(Socket from, Socket into) {
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = from.getInputStream();
                OutputStream out = into.getOutputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // One side has ended.
        } finally {
            end(from, into);
        }
    }

    private void end(Socket... sockets) {
        for (Socket socket : sockets) {
            open.remove(socket);
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        end(open.toArray(Socket[]::new));
    }
}
