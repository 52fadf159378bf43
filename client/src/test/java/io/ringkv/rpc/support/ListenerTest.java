package io.ringkv.rpc.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.rpc.ClusterGrpc;
import io.ringkv.rpc.IdentifyRequest;
import io.ringkv.rpc.ProcessIdentity;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ListenerTest {

    private static final int MESSAGE_BYTES_MAX = 1 << 20;

    @Test
    void refusesCallsAsStartingUntilThereAreServices() throws Exception {
        try (EventLoops loops = EventLoops.start(1, "test-loop");
                Listener listener = Listener.listen("client", "localhost", 0, MESSAGE_BYTES_MAX, loops)) {
            ManagedChannel channel = Channels.open(new HostPort("localhost", listener.port()), loops, loops.group());

            assertThatThrownBy(() -> identify(channel))
                    .satisfies(
                            e -> assertThat(FailureStatus.toException(e).code()).isEqualTo(ErrorCode.STARTING));
            listener.serve(new Identity().bindService());
            assertThat(identify(channel).getVersion()).isEqualTo("7");
            channel.shutdownNow();
        }
    }

    @Test
    void namesThePortThatIsTaken() throws Exception {
        try (EventLoops loops = EventLoops.start(1, "test-loop");
                Listener first = Listener.listen("client", "localhost", 0, MESSAGE_BYTES_MAX, loops)) {
            assertThatThrownBy(() -> Listener.listen("peer", "localhost", first.port(), MESSAGE_BYTES_MAX, loops))
                    .isInstanceOfSatisfying(
                            RingKvException.class,
                            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.PORT_IN_USE))
                    .hasMessageContaining("The peer port localhost:" + first.port());
        }
    }

    private static ProcessIdentity identify(ManagedChannel channel) {
        return ClusterGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .identify(IdentifyRequest.getDefaultInstance());
    }

    private static final class Identity extends ClusterGrpc.ClusterImplBase {
        @Override
        public void identify(IdentifyRequest request, StreamObserver<ProcessIdentity> reply) {
            reply.onNext(ProcessIdentity.newBuilder().setVersion("7").build());
            reply.onCompleted();
        }
    }
}
