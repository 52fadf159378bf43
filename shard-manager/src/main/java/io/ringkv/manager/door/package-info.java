/** The manager's gRPC services. They check, pass on, and answer; they decide nothing. */
@NullMarked
package io.ringkv.manager.door;

import org.jspecify.annotations.NullMarked;
