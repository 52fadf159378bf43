package io.ringkv.rpc.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ringkv.rpc.ClientFrame;
import io.ringkv.rpc.Request;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class AliasingMarshallerTest {

    private final AliasingMarshaller<ClientFrame> marshaller = AliasingMarshaller.of(ClientFrame.getDefaultInstance());

    @Test
    void drainsExactlyTheAnnouncedBytes() throws IOException {
        ClientFrame frame = frame();
        ByteArrayOutputStream target = new ByteArrayOutputStream();

        InputStream stream = marshaller.stream(frame);
        int announced = stream.available();
        int written = ((Drainable) stream).drainTo(target);

        assertThat(stream).isInstanceOf(KnownLength.class);
        assertThat(announced).isEqualTo(written).isEqualTo(frame.getSerializedSize());
        assertThat(target.toByteArray()).isEqualTo(frame.toByteArray());
        assertThat(stream.available()).isZero();
        assertThat(stream.read()).isEqualTo(-1);
    }

    @Test
    void canAlsoBeReadLikeAnyStream() throws IOException {
        ClientFrame frame = frame();

        InputStream stream = marshaller.stream(frame);
        int first = stream.read();
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        ((Drainable) stream).drainTo(rest);

        byte[] expected = frame.toByteArray();
        assertThat((byte) first).isEqualTo(expected[0]);
        assertThat(rest.toByteArray()).isEqualTo(Arrays.copyOfRange(expected, 1, expected.length));
    }

    @Test
    void parsesWhatItStreams() {
        assertThat(marshaller.parse(marshaller.stream(frame()))).isEqualTo(frame());
        assertThat(marshaller.parse(new ByteArrayInputStream(frame().toByteArray())))
                .isEqualTo(frame());
    }

    @Test
    void bodiesOfParsedMessagesAreSlicesOfOneArray() throws IOException {
        byte[] bytes = frame().toByteArray();
        InputStream stream = new ByteArrayInputStream(bytes) {
            @Override
            public byte[] readNBytes(int length) {
                return bytes;
            }
        };

        ByteString body = marshaller.parse(stream).getRequests(0).getBody();
        Arrays.fill(bytes, (byte) 'x');

        assertThat(body.toStringUtf8()).isEqualTo("xxxx");
    }

    @Test
    void refusesBytesThatAreNoMessage() {
        InputStream garbage = new ByteArrayInputStream(new byte[] {(byte) 0xff, 1, 2, 3});

        assertThatThrownBy(() -> marshaller.parse(garbage))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL));
    }

    private static ClientFrame frame() {
        Request request = Request.newBuilder()
                .setId(7)
                .setBody(ByteString.copyFromUtf8("body"))
                .build();
        return ClientFrame.newBuilder().addRequests(request).setPing(3).build();
    }
}
