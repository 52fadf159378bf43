/**
 * The life of a request inside the client: admission, the way to a server, retries, resolution, completion.
 *
 * <p>A request crosses from its caller's thread to the event loop once, through {@link
 * io.ringkv.client.operation.OperationInbox}; from then on everything happens on the loop.
 */
@NullMarked
package io.ringkv.client.operation;

import org.jspecify.annotations.NullMarked;
