package io.ringkv.rpc.support;

import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.ringkv.rpc.ClientFrame;
import io.ringkv.rpc.ExecuteReply;
import io.ringkv.rpc.ExecuteRequest;
import io.ringkv.rpc.KvGrpc;
import io.ringkv.rpc.ServerFrame;

/**
 * The methods of the service Kv with {@link AliasingMarshaller}: on the wire the same as the generated ones, without
 * their copies.
 */
public final class KvMethods {

    private static final MethodDescriptor<ClientFrame, ServerFrame> STREAM =
            aliasing(KvGrpc.getStreamMethod(), ClientFrame.getDefaultInstance(), ServerFrame.getDefaultInstance());

    private static final MethodDescriptor<ExecuteRequest, ExecuteReply> EXECUTE =
            aliasing(KvGrpc.getExecuteMethod(), ExecuteRequest.getDefaultInstance(), ExecuteReply.getDefaultInstance());

    private KvMethods() {}

    /** The batch stream. */
    public static MethodDescriptor<ClientFrame, ServerFrame> stream() {
        return STREAM;
    }

    /** One request. */
    public static MethodDescriptor<ExecuteRequest, ExecuteReply> execute() {
        return EXECUTE;
    }

    /** What a server adds to offer the service. */
    public static ServerServiceDefinition bind(KvGrpc.AsyncService service) {
        return ServerServiceDefinition.builder(KvGrpc.SERVICE_NAME)
                .addMethod(STREAM, ServerCalls.asyncBidiStreamingCall(service::stream))
                .addMethod(EXECUTE, ServerCalls.asyncUnaryCall(service::execute))
                .build();
    }

    private static <Q extends MessageLite, P extends MessageLite> MethodDescriptor<Q, P> aliasing(
            MethodDescriptor<Q, P> generated, Q request, P response) {
        return generated.toBuilder(AliasingMarshaller.of(request), AliasingMarshaller.of(response))
                .build();
    }
}
