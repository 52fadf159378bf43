/**
 * The server's tie to the shard manager: it joins, reports, obeys, and keeps the shard map current. Nothing of this stands in
 * the way of data: without any manager a server serves on with what it knows.
 */
@NullMarked
package io.ringkv.server.agent;

import org.jspecify.annotations.NullMarked;
