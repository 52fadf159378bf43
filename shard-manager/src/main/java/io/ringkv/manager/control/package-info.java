/**
 * What the leading manager does: watches servers, decides, and instructs. Between the pure state and the doors; knows
 * neither Raft nor gRPC. All of it runs on one thread.
 */
@NullMarked
package io.ringkv.manager.control;

import org.jspecify.annotations.NullMarked;
