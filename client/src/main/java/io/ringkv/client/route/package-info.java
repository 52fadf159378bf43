/**
 * Where a request goes: the shard map as known, who is believed to lead each shard, and how both are kept up to date.
 *
 * <p>Used on the client's event loop only.
 */
@NullMarked
package io.ringkv.client.route;

import org.jspecify.annotations.NullMarked;
