/** Who a server is: its data directory, which one process may use at a time, and the identity kept in it. */
@NullMarked
package io.ringkv.server.identity;

import org.jspecify.annotations.NullMarked;
