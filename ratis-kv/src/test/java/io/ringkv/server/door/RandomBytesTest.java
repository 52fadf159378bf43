package io.ringkv.server.door;

import static io.ringkv.server.door.DoorHarness.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.ringkv.rpc.ClientFrame;
import io.ringkv.rpc.GetOp;
import io.ringkv.rpc.KvGrpc;
import io.ringkv.rpc.OperationType;
import io.ringkv.rpc.PutOp;
import io.ringkv.rpc.Request;
import io.ringkv.rpc.support.Channels;
import io.ringkv.rpc.support.EventLoops;
import io.ringkv.rpc.support.HostPort;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

/**
 * Strangers send random bytes in several ways: to the socket, behind a valid HTTP/2 preface, and as messages of valid calls.
 * Meanwhile every request of a well-behaved client is answered.
 */
class RandomBytesTest {
    private static final long DURATION_NANOS = TimeUnit.SECONDS.toNanos(6);
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @Test
    void keepsServingOthersWhileItIsSentRandomBytes() throws Exception {
        long seed = 20_240_611;
        ExecutorService strangers = Executors.newFixedThreadPool(3);
        try (DoorHarness door = new DoorHarness()) {
            door.replica.applyAtOnce();
            long end = System.nanoTime() + DURATION_NANOS;
            LongPredicate goesOn = now -> end - now > 0;
            Future<?> raw = strangers.submit(() -> sockets(door.port(), new Random(seed), new byte[0], goesOn));
            Future<?> framed = strangers.submit(() -> sockets(door.port(), new Random(seed + 1), PREFACE, goesOn));
            Future<?> calls = strangers.submit(() -> calls(door.port(), new Random(seed + 2), goesOn));

            TestStream stream = door.stream();
            long sequence = 0;
            while (goesOn.test(System.nanoTime())) {
                sequence++;
                stream.send(put(2 * sequence, sequence));
                assertThat(stream.awaitReply().getCode()).as("seed %d", seed).isZero();
                stream.send(get(2 * sequence + 1));
                assertThat(stream.awaitReply().getCode()).as("seed %d", seed).isZero();
            }

            raw.get(30, TimeUnit.SECONDS);
            framed.get(30, TimeUnit.SECONDS);
            calls.get(30, TimeUnit.SECONDS);
            assertThat(sequence).isPositive();
            assertThat(door.replica.state().appliedSequences())
                    .filteredOn(each -> each > 0)
                    .isNotEmpty();
            Await.until("the strangers' streams are gone", () -> door.service.openStreams() == 1);
            Await.until("all memory is given back", () -> door.requestBytes() == 0);
        } finally {
            strangers.shutdownNow();
        }
    }

    /** Connections that send garbage until the server has enough of them. */
    private static void sockets(int port, Random random, byte[] preface, LongPredicate goesOn) {
        while (goesOn.test(System.nanoTime())) {
            try (Socket socket = new Socket("localhost", port)) {
                socket.setSoTimeout(50);
                OutputStream out = socket.getOutputStream();
                out.write(preface);
                for (int i = 0; i < 20; i++) {
                    byte[] garbage = new byte[1 + random.nextInt(2_000)];
                    random.nextBytes(garbage);
                    out.write(garbage);
                    out.flush();
                }
                socket.getInputStream().readNBytes(1_000);
            } catch (IOException e) {
                // The server closes such connections.
                assertThat(e).isNotNull();
            }
        }
    }

    /** Calls of the real methods whose messages are random, or real ones with some bytes changed. */
    private static void calls(int port, Random random, LongPredicate goesOn) {
        MethodDescriptor<byte[], byte[]> stream =
                KvGrpc.getStreamMethod().toBuilder(new Bytes(), new Bytes()).build();
        MethodDescriptor<byte[], byte[]> execute =
                KvGrpc.getExecuteMethod().toBuilder(new Bytes(), new Bytes()).build();
        try (EventLoops loops = EventLoops.start(1, "stranger")) {
            ManagedChannel channel = Channels.open(new HostPort("localhost", port), loops, loops.group());
            while (goesOn.test(System.nanoTime())) {
                oneStream(channel, stream, random);
                try {
                    ClientCalls.blockingUnaryCall(
                            channel,
                            execute,
                            CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS),
                            garbage(random));
                } catch (StatusRuntimeException e) {
                    assertThat(e.getStatus().getCode()).isNotNull();
                }
            }
            channel.shutdownNow();
        }
    }

    private static void oneStream(ManagedChannel channel, MethodDescriptor<byte[], byte[]> method, Random random) {
        CountDownLatch ended = new CountDownLatch(1);
        StreamObserver<byte[]> out = ClientCalls.asyncBidiStreamingCall(
                channel.newCall(method, CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS)),
                new StreamObserver<>() {
                    @Override
                    public void onNext(byte[] value) {}

                    @Override
                    public void onError(Throwable error) {
                        ended.countDown();
                    }

                    @Override
                    public void onCompleted() {
                        ended.countDown();
                    }
                });
        out.onNext(
                ClientFrame.newBuilder().setHello(DoorHarness.hello()).build().toByteArray());
        for (int i = random.nextInt(5); i > 0; i--) {
            out.onNext(damaged(random));
        }
        out.onNext(garbage(random));
        out.onCompleted();
        try {
            assertThat(ended.await(20, TimeUnit.SECONDS)).as("the stream ends").isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private static byte[] garbage(Random random) {
        byte[] bytes = new byte[random.nextInt(500)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] damaged(Random random) {
        byte[] bytes = ClientFrame.newBuilder()
                .addRequests(put(random.nextInt(), 1 + random.nextInt(1000)))
                .addRequests(get(random.nextInt()))
                .build()
                .toByteArray();
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static Request put(long id, long sequence) {
        PutOp put = PutOp.newBuilder()
                .setKey(ByteString.copyFromUtf8("k"))
                .setValue(ByteString.copyFromUtf8("v"))
                .build();
        return request(id, OperationType.OPERATION_TYPE_PUT, put)
                .setSession(5)
                .setSequence(sequence)
                .build();
    }

    private static Request get(long id) {
        GetOp get = GetOp.newBuilder().setKey(ByteString.copyFromUtf8("k")).build();
        return request(id, OperationType.OPERATION_TYPE_GET, get).build();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
