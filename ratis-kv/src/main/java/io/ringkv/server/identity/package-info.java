/** Who a server is, and how it writes that down in its data directory. */
@NullMarked
package io.ringkv.server.identity;

import org.jspecify.annotations.NullMarked;
